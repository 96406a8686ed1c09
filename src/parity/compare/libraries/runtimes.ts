import type {Runtime} from '../../facts.ts'
import type {Finding} from '../../report/finding.ts'
import {type Both, difference, onlyIn, rulesOf, unequal} from '../difference.ts'
import {stepOf} from '../versions/step.ts'
import {versionMessage} from '../versions/versions.ts'

const rule = rulesOf('runtimes')

const version = rule(
  'runtime.version',
  'error',
  "A language's runtime has another major or minor version.",
  'Functions, defaults and what is deprecated differ. Name the version in `FROM`, best with its digest.',
)
const patch = rule(
  'runtime.version.patch',
  'warning',
  "A language's runtime has another patch version.",
  'Faults that are corrected on one side are there on the other. Name the version in `FROM`, best with its digest.',
)
const missing = rule(
  'runtime.missing',
  'error',
  "A language's runtime is on one side alone.",
  'What is written in that language does not run on the other side. Install it there, or take it out here.',
)
const path = rule(
  'runtime.path',
  'note',
  "A language's runtime is at another place.",
  'Scripts that name it by its path, and a PATH that leads to another first, find another one or none.',
)

export const runtimeRules = [version, patch, missing, path]

export const compareRuntimes = (
  sides: Both<readonly Runtime[]>,
  names: Both<string>,
  whole: Both<boolean> = {a: true, b: true},
): Finding[] => {
  const {pairs, only} = matched(sides)
  const several = (name: string) =>
    sides.a.filter((each) => each.name === name).length > 1 || sides.b.filter((each) => each.name === name).length > 1
  const subjectOf = (runtime: Runtime) => (several(runtime.name) ? `${runtime.name} (${runtime.path})` : runtime.name)
  return [
    ...pairs.flatMap(({a, b}) => compareOne(subjectOf(a), {a, b}, names)),
    ...only.a
      .filter(() => whole.b)
      .map((each) => onlyIn(missing, subjectOf(each), `${each.name} at ${each.path}`, {a: each.version}, names)),
    ...only.b
      .filter(() => whole.a)
      .map((each) => onlyIn(missing, subjectOf(each), `${each.name} at ${each.path}`, {b: each.version}, names)),
  ]
}

const compareOne = (subject: string, {a, b}: Both<Runtime>, names: Both<string>): Finding[] => {
  const versions = {a: a.version, b: b.version}
  return [
    ...(a.version === b.version
      ? []
      : [
          difference(stepOf(a.version, b.version) === 'patch' ? patch : version, {
            subject,
            message: versionMessage(subject, 'plain', versions, names),
            ...versions,
          }),
        ]),
    ...unequal(path, subject, `the place of ${subject}`, {a: a.path, b: b.path}, names),
  ]
}

/** Those at the same place belong together; what is left, by name in turn: a new version may bring a new place. */
const matched = ({a, b}: Both<readonly Runtime[]>) => {
  const pairs: Both<Runtime>[] = []
  const rest = [...b]
  const take = (fits: (each: Runtime) => boolean) => {
    const at = rest.findIndex(fits)
    return at === -1 ? undefined : rest.splice(at, 1)[0]
  }
  const unmatched = a.filter((left) => {
    const right = take(({name, path: place}) => name === left.name && place === left.path)
    if (right !== undefined) pairs.push({a: left, b: right})
    return right === undefined
  })
  const onlyA = unmatched.filter((left) => {
    const right = take(({name}) => name === left.name)
    if (right !== undefined) pairs.push({a: left, b: right})
    return right === undefined
  })
  return {pairs, only: {a: onlyA, b: rest}}
}
