import type {FileFact} from '../../image/facts.ts'
import type {Finding} from '../../report/finding.ts'
import type {Rule} from '../../report/rule.ts'
import {type Both, type Either, counted, difference, rulesOf} from '../difference.ts'
import {attributesOf, type FileDifference, type FileDifferenceKind} from './differences.ts'
import {commonPath, groupsOf} from './groups.ts'
import {isDocumentation, isMadeByScripts, tellingFirst} from './places.ts'
import {changesPrivileges, changesStart} from './rights.ts'

const rule = rulesOf('files')

const rules: Readonly<Record<FileDifferenceKind, Rule>> = {
  missing: rule(
    'files.missing',
    'error',
    'Files are on one side alone.',
    'Build both from the same commit; .dockerignore and files that git does not know make copies differ.',
  ),
  kind: rule(
    'files.kind',
    'error',
    'What is a file on one side is a directory, a link or a device on the other.',
    'Build both from the same commit.',
  ),
  content: rule(
    'files.content',
    'error',
    'Files have other content.',
    'Build both from the same commit. What a build makes should depend on its source alone: no times, no random names.',
  ),
  link: rule(
    'files.link',
    'error',
    'Symbolic links lead elsewhere.',
    'What is found through them is another file, or none.',
  ),
  mode: rule(
    'files.mode',
    'warning',
    'Files have other permissions.',
    'What can be run, read or written on one side can not on the other. Git keeps no more than the executable bit: set others in the Dockerfile (`COPY --chmod`).',
  ),
  owner: rule(
    'files.owner',
    'warning',
    'Files belong to another user or group.',
    'Who does not run as root can write on one side alone. Set it in the Dockerfile (`COPY --chown`).',
  ),
  attributes: rule(
    'files.attributes',
    'warning',
    'Files have other extended attributes.',
    'Programs and file systems keep notes there. Some copies lose them.',
  ),
}
const documentation = rule(
  'files.documentation',
  'note',
  'Documentation differs.',
  'Manual pages, licences and translations are missing or other. Nothing runs by them.',
)
const system = rule(
  'files.system',
  'note',
  'Indexes of the system differ, beside packages that do.',
  'Packages make them anew when they are installed (`/etc/ld.so.cache`, MIME types). Where the packages are the same, such files are told as any other.',
)
const start = rule(
  'files.executable',
  'error',
  'What the image starts has other executable bits.',
  'It can not be started on one side, or not by each user. Set it in Git (`git update-index --chmod=+x`) or in the Dockerfile (`COPY --chmod`).',
)
const privileges = rule(
  'files.privileges',
  'error',
  'A program is setuid or setgid, or has file capabilities, on one side alone.',
  'It may do there what it may not do here. Some copies of images and some builders lose them: set them in the Dockerfile, and build both alike.',
)

export const fileRules = [...Object.values(rules), start, privileges, documentation, system]

const shown = 10

export interface FileContext {
  names: Both<string>
  /** where the application is */
  workdir: string
  /** whether packages of the operating system differ */
  packagesDiffer: boolean
  /** paths of the programs that the image starts */
  started: ReadonlySet<string>
}

/** One finding for each kind of difference and each place. */
export const fileFindings = (differences: readonly FileDifference[], context: FileContext): Finding[] =>
  [...Map.groupBy(differences, (each) => ruleFor(each, context))].flatMap(([which, group]) =>
    groupsOf(group).map((place) => findingOf(which, place.subject, place.differences, context)),
  )

const ruleFor = (found: FileDifference, {packagesDiffer, started}: FileContext): Rule => {
  const {kind, path} = found
  if (changesStart(found, started)) return start
  if (changesPrivileges(found)) return privileges
  if (isDocumentation(path)) return documentation
  return packagesDiffer && isMadeByScripts(path) ? system : rules[kind]
}

/** For what one other difference explains, whatever their kinds: nobody looks at it twice. */
export const explainedFinding = (
  differences: readonly FileDifference[],
  subject: string,
  context: FileContext,
): Finding => {
  const gravest = differences.map((each) => ruleFor(each, context)).toSorted((a, b) => rankOf(b) - rankOf(a))[0]
  return {...findingOf(gravest ?? rules.content, commonPath(differences), differences, context), subject}
}

const rankOf = ({severity}: Rule): number => ['off', 'note', 'warning', 'error'].indexOf(severity)

const findingOf = (which: Rule, subject: string, group: readonly FileDifference[], context: FileContext): Finding => {
  const [only] = group
  if (group.length === 1 && only !== undefined)
    return difference(which, {subject, message: messageOf(only, context.names), ...valuesOf(only)})
  return difference(which, {
    subject,
    message: summaryOf(subject, group, context.names),
    details: detailsOf(group, context),
  })
}

const messageOf = ({kind, path, a, b}: FileDifference, names: Both<string>): string => {
  if (kind === 'missing') return `${path} is only in ${a === undefined ? names.b : names.a}`
  if (kind === 'content' || kind === 'attributes') return `${path} has other ${kind} in ${names.a} than in ${names.b}`
  const {a: left, b: right} = valuesOf({kind, path, a, b})
  return `the ${nouns[kind]} ${path} is ${left} in ${names.a} and ${right} in ${names.b}`
}

const nouns = {kind: 'kind of', link: 'target of', mode: 'mode of', owner: 'owner of'} as const

const valuesOf = ({kind, a, b}: FileDifference): Either<string> => ({
  ...(a && {a: values[kind](a)}),
  ...(b && {b: values[kind](b)}),
})

const values: Readonly<Record<FileDifferenceKind, (fact: FileFact) => string>> = {
  missing: ({kind}) => kind,
  kind: ({kind, device}) => (device === undefined ? kind : `${kind} (${device})`),
  content: ({size, sha256}) => `${counted(size, 'byte')}, ${sha256?.slice(0, 12) ?? 'no digest'}`,
  link: ({target}) => target ?? 'nothing',
  mode: ({mode}) => mode.toString(8).padStart(4, '0'),
  owner: ({uid, gid}) => `${uid}:${gid}`,
  attributes: (fact) => attributesOf(fact) || 'none',
}

const phrases: Readonly<Record<Exclude<FileDifferenceKind, 'missing'>, string>> = {
  kind: 'another kind',
  content: 'other content',
  link: 'another target',
  mode: 'other permissions',
  owner: 'another owner',
  attributes: 'other attributes',
}

const summaryOf = (subject: string, group: readonly FileDifference[], names: Both<string>): string => {
  const kinds = Map.groupBy(group, ({kind}) => kind)
  const said = [...kinds].map(([kind, all]) => {
    if (kind !== 'missing') return `${counted(all.length, 'file')} with ${phrases[kind]}`
    const onlyA = all.filter(({a}) => a !== undefined).length
    const counts = [
      [onlyA, names.a],
      [all.length - onlyA, names.b],
    ] as const
    return counts
      .filter(([count]) => count > 0)
      .map(([count, name]) => `${counted(count, 'file')} only in ${name}`)
      .join(', ')
  })
  return `${said.join(', ')}, below ${subject}`
}

const detailsOf = (group: readonly FileDifference[], {names, workdir}: FileContext): string[] => {
  const order = tellingFirst(workdir)
  const lines = group
    .map((each) => ({...each, isExecutable: (((each.a ?? each.b)?.mode ?? 0) & 0o111) !== 0}))
    .toSorted(order)
    .map((each) => {
      if (each.kind === 'missing') return `only in ${each.a === undefined ? names.b : names.a}: ${each.path}`
      const {a, b} = valuesOf(each)
      return each.kind === 'content' ? each.path : `${each.path}: ${a} -> ${b}`
    })
  return lines.slice(0, shown)
}
