import type {MountSide, RunSide} from '../../facts.ts'
import type {Finding} from '../../report/finding.ts'
import {plainPath} from '../config/path.ts'
import {type Both, byName, difference, onlyIn, rulesOf, unequal} from '../difference.ts'

const rule = rulesOf('run')

const missing = rule(
  'run.mounts',
  'error',
  'A directory is mounted on one side alone.',
  'What is written there is kept on one side and lost on the other, and what the image has there is hidden. Code that is mounted instead of built in is no test of the image.',
)
const kind = rule(
  'run.mounts.kind',
  'warning',
  'A directory is mounted from another kind of place.',
  'A new volume begins with what the image has there; a directory of the machine and a tmpfs do not.',
)
const readOnly = rule(
  'run.mounts.read-only',
  'warning',
  'A mount is read-only on one side alone.',
  'What writes there fails on one side. Set it alike.',
)
const options = rule(
  'run.tmpfs',
  'note',
  'A tmpfs has other options.',
  'Its size, mode or owner decides what can be written there.',
)

export const mountRules = [missing, kind, readOnly, options]

type Mount = MountSide & {options?: string}

export const compareMounts = ({a, b}: Both<RunSide>, names: Both<string>): Finding[] =>
  byName(mountsOf(a), mountsOf(b)).flatMap(([path, found]) => {
    if (found.a === undefined || found.b === undefined)
      return [
        onlyIn(
          missing,
          path,
          `mount at ${path}`,
          {...(found.a && {a: found.a.kind}), ...(found.b && {b: found.b.kind})},
          names,
        ),
      ]
    const kinds = unequal(kind, path, `the mount at ${path}`, {a: found.a.kind, b: found.b.kind}, names)
    return [
      ...kinds,
      ...compareReadOnly(path, {a: found.a, b: found.b}, names),
      ...(kinds.length > 0
        ? []
        : unequal(
            options,
            path,
            `the tmpfs at ${path}`,
            {a: found.a.options ?? 'plain', b: found.b.options ?? 'plain'},
            names,
          )),
    ]
  })

const compareReadOnly = (path: string, {a, b}: Both<Mount>, names: Both<string>): Finding[] => {
  if (a.readOnly === b.readOnly) return []
  const access = (mount: Mount) => (mount.readOnly ? 'read-only' : 'writable')
  return [
    difference(readOnly, {
      subject: path,
      message: `${path} is ${access(a)} in ${names.a} and ${access(b)} in ${names.b}`,
      a: access(a),
      b: access(b),
    }),
  ]
}

/** `tmpfs: /tmp:size=64m` and a mount of that kind are the same. */
const mountsOf = ({mounts, tmpfs}: RunSide): Map<string, Mount> =>
  new Map([
    ...tmpfs.map((text): [string, Mount] => {
      const [, path = text, said = ''] = /^([^:]*):(.*)$/s.exec(text) ?? []
      return [plainPath(path), {path, kind: 'tmpfs', ...optionsOf(said)}]
    }),
    ...mounts.map((mount): [string, Mount] => [plainPath(mount.path), mount]),
  ])

/** What says the default of every engine is left out; engines add some of it to what they were given. */
const usual = new Set([
  'rw',
  'noexec',
  'nosuid',
  'nodev',
  'rprivate',
  'private',
  'tmpcopyup',
  'mode=1777',
  'size=0',
  '',
])

const optionsOf = (said: string): {readOnly: boolean; options?: string} => {
  const words = said.split(',').map((word) => plainOption(word.trim()))
  const others = words.filter((word) => word !== 'ro' && !usual.has(word)).toSorted()
  return {readOnly: words.includes('ro'), ...(others.length > 0 && {options: others.join(',')})}
}

/** `size=64m` and `size=67108864`, `mode=0700` and `mode=700` */
const plainOption = (option: string): string => {
  const [, amount, unit = ''] = /^size=(\d+)([kmg]?)$/i.exec(option) ?? []
  if (amount !== undefined) return `size=${Number(amount) * 1024 ** ' kmg'.indexOf(unit.toLowerCase() || ' ')}`
  return option.replace(/^mode=0+(?=\d)/, 'mode=')
}
