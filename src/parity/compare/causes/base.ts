import type {BaseSide, ImageSide} from '../../facts.ts'
import type {Finding} from '../../report/finding.ts'
import {type Both, type Either, counted, difference, rulesOf} from '../difference.ts'
import type {FileDifference} from '../files/differences.ts'
import {compareRuntimes} from '../libraries/runtimes.ts'
import {comparePackages} from '../os/packages.ts'
import {compareOsRelease} from '../os/release.ts'

const rule = rulesOf('image')

const base = rule(
  'image.base',
  'warning',
  'The images stand on different base images.',
  'It is as grave as the gravest difference that it brings; those are not counted by themselves. Name the base image with its digest in `FROM`, and build both anew.',
)
const name = rule(
  'image.base.name',
  'note',
  'The base images have other names, and nothing that is known of them differs.',
  'Registries and tags can differ for the same image. A digest in `FROM` says what is meant.',
)
const digest = rule(
  'image.base.digest',
  'off',
  'The base images have other digests, and nothing that is known of them differs.',
  'The same base rebuilt or pushed again has another digest.',
)
const age = rule(
  'image.base.age',
  'note',
  'One base image is older than the other by 30 days or more.',
  'It lacks the corrections since then. Pull the base image anew (`docker pull`) and build.',
)

export const baseRules = [base, name, digest, age]

/** The bases of both sides, and what they alone make different. */
export interface BaseChange extends Both<BaseSide> {
  brings: readonly Finding[]
  /** not one that is taken for the base by the times of its instructions */
  isKnown: boolean
  /** whether a file's difference is theirs */
  hasFile(found: FileDifference): boolean
}

/** Undefined where one base is not known, or both are the same layers. `forPlatforms`: it is for two of them, which is no change of it. */
export const baseChange = (
  {a, b}: Both<ImageSide>,
  names: Both<string>,
  forPlatforms: boolean,
): BaseChange | undefined => {
  if (a.base === undefined || b.base === undefined) return undefined
  const [left, right] = [layersOf(a, a.base), layersOf(b, b.base)]
  // Without a layer, the base is known by name alone.
  if (left === '' || right === '' || left === right) return undefined
  const [baseA, baseB] = [a.base, b.base]
  return {
    a: baseA,
    b: baseB,
    isKnown: baseA.by !== 'history' && baseB.by !== 'history',
    brings: [
      ...compareOsRelease(baseA.os, baseB.os, names),
      ...comparePackages({a: baseA.packages, b: baseB.packages}, names).filter(
        ({rule: id}) => !forPlatforms || id !== 'os.package.architecture',
      ),
      ...compareRuntimes({a: baseA.runtimes, b: baseB.runtimes}, names),
    ],
    // What its own layers deleted on one side is missing for that, though it is in the base of the other.
    hasFile: ({path, a: fact, b: other}) =>
      (fact === undefined ? a.files.removed?.has(path) !== true : fact.layer < baseA.layers) &&
      (other === undefined ? b.files.removed?.has(path) !== true : other.layer < baseB.layers),
  }
}

const layersOf = ({layers}: ImageSide, {layers: count}: BaseSide): string =>
  layers
    .slice(0, count)
    .map(({diffId}) => diffId)
    .join(' ')

/** The finding for a base image, before it is known what it brings. */
export const baseFinding = ({a, b}: BaseChange, names: Both<string>): Finding => {
  const values = valuesOf({a, b})
  const which =
    values.a === values.b
      ? `${values.a} on both sides, but another one`
      : `${values.a} in ${names.a} and ${values.b} in ${names.b}`
  return difference(base, {subject: subjectOf({a, b}), message: `the base image is ${which}`, ...values})
}

/** As grave as the gravest that it brings, for those are not counted. */
export const withBrought = (finding: Finding, brought: readonly Finding[], files: number): Finding => {
  const severity =
    (['error', 'warning', 'note'] as const).find((each) =>
      [finding, ...brought].some((one) => one.severity === each),
    ) ?? finding.severity
  return {...finding, severity, message: `${finding.message}: it brings ${broughtBy(brought, files).join(', ')}`}
}

const change = ({a = 'none', b = 'none'}: Finding): string => `${a} -> ${b}`

const broughtBy = (brought: readonly Finding[], files: number): string[] => {
  const packages = brought.filter(({rule: id}) => id.startsWith('os.package.'))
  const libraries = brought.filter(({rule: id}) => id.startsWith('dependency.'))
  const releases = brought.filter(({rule: id}) => id === 'os.release' || id === 'os.release.point')
  const runtimes = brought.filter(({rule: id}) => /^runtime\.(?:version|missing)/.test(id))
  return [
    ...releases.map((each) => (each.rule === 'os.release' ? change(each) : `${each.subject} ${change(each)}`)),
    ...runtimes.map((each) => `${each.subject} ${change(each)}`),
    ...some(new Set(packages.map(({subject}) => subject)).size, 'other package'),
    ...some(libraries.length, 'other library', 'other libraries'),
    ...some(files, 'other file'),
  ]
}

const some = (count: number, one: string, many?: string): string[] => (count === 0 ? [] : [counted(count, one, many)])

/** What is to be said of bases that bring nothing. */
export const compareBases = ({a, b}: Both<ImageSide>, names: Both<string>): Finding[] => {
  if (a.base === undefined || b.base === undefined) return []
  const bases = {a: a.base, b: b.base}
  const subject = subjectOf(bases)
  const values = valuesOf(bases)
  const tell = (which: typeof base, message: string, found: Either<string>) => [
    difference(which, {subject, message, ...found}),
  ]
  if (bases.a.name !== undefined && bases.b.name !== undefined && bases.a.name !== bases.b.name)
    return tell(name, `the base image is ${values.a} in ${names.a} and ${values.b} in ${names.b}`, values)
  const digests = {a: bases.a.digest, b: bases.b.digest}
  if (digests.a === undefined || digests.b === undefined || digests.a === digests.b) return []
  return tell(digest, `the base image ${subject} is ${digests.a} in ${names.a} and ${digests.b} in ${names.b}`, digests)
}

const day = 24 * 60 * 60 * 1000
const notableDays = 30

export const compareAges = ({a, b}: Both<ImageSide>, names: Both<string>): Finding[] => {
  const [left, right] = [a.base?.created, b.base?.created]
  if (a.base === undefined || b.base === undefined || left === undefined || right === undefined) return []
  const days = Math.round((Date.parse(right) - Date.parse(left)) / day)
  // NaN where one is no time.
  if (!(Math.abs(days) >= notableDays)) return []
  const [older, newer] = days > 0 ? [names.a, names.b] : [names.b, names.a]
  return [
    difference(age, {
      subject: subjectOf({a: a.base, b: b.base}),
      message: `the base image of ${older} is ${Math.abs(days)} days older than that of ${newer}`,
      a: left,
      b: right,
    }),
  ]
}

const subjectOf = ({a, b}: Both<BaseSide>): string => a.name ?? b.name ?? 'base'

const valuesOf = ({a, b}: Both<BaseSide>): Both<string> => ({a: nameOf(a), b: nameOf(b)})

const nameOf = ({name: known, digest: found}: BaseSide): string => known ?? found ?? 'one without a name'
