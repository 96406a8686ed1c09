import type {ImageSide} from '../facts.ts'
import type {FileFact} from '../image/facts.ts'
import type {Finding} from '../report/finding.ts'
import {find} from './find.ts'
import type {Where} from './where.ts'

/** What every distribution has, by its name: they are in /bin of some, and in /usr/bin of others. */
const ofDistribution =
  /^\/(?:usr\/)?(?:s?bin|lib\w*\/(?:[\w.-]+\/)*)\/?(?:su|mount|umount|passwd|chsh|chfn|chage|gpasswd|newgrp|expiry|unix_chkpwd|pam_timestamp_check|userhelper|fusermount3?|wall|write|bsd-write|bbsuid|pt_chown|ssh-agent|ssh-keysign|utempter|dbus-daemon-launch-helper|mail-lock|mail-unlock|mail-touchlock|dotlockfile|crontab)$/

const worldWritable = 0o002
const sticky = 0o1000
const setuid = 0o4000
const setgid = 0o2000

const mostDetails = 10
/** More of a kind are told by the directory that they are in. */
const mostSingly = 5

export const permissionFindings = ({files: {list}}: ImageSide, where: Where): Finding[] => {
  const all = list ?? []
  const open = all.filter((fact) => isOpen(fact) && !where.ofBase(fact.layer))
  const special = all.filter(({kind, mode}) => kind === 'file' && (mode & (setuid | setgid)) !== 0)
  const system = special.filter(({path}) => ofDistribution.test(path))
  const own = special.filter(({path, layer}) => !ofDistribution.test(path) && !where.ofBase(layer))
  return [
    ...told(outermost(open)).map(({subject, facts}) => writable(subject, facts, where)),
    ...own.map((fact) => raised(fact, where)),
    ...(system.length === 0 ? [] : [ofSystem(system)]),
  ]
}

const isOpen = ({kind, mode}: FileFact): boolean =>
  (mode & worldWritable) !== 0 && (kind === 'file' || (kind === 'directory' && (mode & sticky) === 0))

/** Without what is in a directory that is one of them itself. */
const outermost = (facts: readonly FileFact[]): FileFact[] => {
  const directories = new Set(facts.filter(({kind}) => kind === 'directory').map(({path}) => path))
  return facts.filter(({path}) => !above(path).some((each) => directories.has(each)))
}

const above = (path: string): string[] => {
  const parts = path.split('/').slice(1, -1)
  return parts.map((_, at) => `/${parts.slice(0, at + 1).join('/')}`)
}

interface Told {
  subject: string
  facts: readonly FileFact[]
}

const told = (facts: readonly FileFact[]): Told[] =>
  [...Map.groupBy(facts, ({layer}) => layer).values()].flatMap((group): Told[] =>
    group.length > mostSingly
      ? [{subject: commonDirectory(group.map(({path}) => path)), facts: group}]
      : group.map((fact) => ({subject: fact.path, facts: [fact]})),
  )

const commonDirectory = (paths: readonly string[]): string => {
  const [first = [], ...others] = paths.map((path) => path.split('/').slice(0, -1))
  const differs = first.findIndex((part, at) => others.some((other) => other[at] !== part))
  return (differs === -1 ? first : first.slice(0, differs)).join('/') || '/'
}

const writable = (subject: string, facts: readonly FileFact[], where: Where): Finding => {
  const [first] = facts
  const layer = first?.layer ?? 0
  const what = facts.length > 1 ? `${facts.length} files and directories in ${subject} are` : `${subject} is`
  return find('lint.file.world-writable', subject, {
    message: `${what} writable by everybody, ${where.layer(layer)}`,
    next: 'Add `chmod o-w` to the instruction that makes it; a directory to be shared takes mode 1777',
    ...where.place(layer),
    ...(facts.length > 1 && {details: facts.slice(0, mostDetails).map(described)}),
  })
}

const described = ({path, mode}: FileFact): string => `${path} (${mode.toString(8).padStart(4, '0')})`

const raised = (fact: FileFact, where: Where): Finding =>
  find('lint.file.setuid', fact.path, {
    message: `${described(fact)} gets the rights of its ${(fact.mode & setuid) !== 0 ? 'owner' : 'group'}, ${where.layer(fact.layer)}`,
    next: 'Take it away with `chmod a-s`, or leave out its package',
    ...where.place(fact.layer),
  })

const ofSystem = (facts: readonly FileFact[]): Finding =>
  find('lint.file.setuid-system', 'system', {
    message: `${facts.length} programs of the distribution have setuid or setgid`,
    next: 'Run with no-new-privileges, and they give nobody anything',
    details: facts.map(described),
  })
