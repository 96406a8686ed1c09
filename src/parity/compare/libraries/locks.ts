import type {Dependency} from '../../facts.ts'
import type {Finding} from '../../report/finding.ts'
import {type Both, byName, counted, difference, listed, rulesOf} from '../difference.ts'
import {changedOf} from './changed.ts'

const rule = rulesOf('dependencies')

const lock = rule(
  'dependency.lock',
  'error',
  'A lock file demands other libraries, or other versions.',
  'Build both from the same commit, and keep the lock file in it.',
)

export const lockRules = [lock]

const shown = 10

/** One for all that a lock file demands otherwise: which directory it is in is its subject. */
export const compareLocks = ({a, b}: Both<readonly Dependency[]>, names: Both<string>): Finding[] =>
  byName(demanded(a), demanded(b)).flatMap(([subject, files]) => {
    // Without a lock file on one side there is nothing to compare it with: that file is missing, and said to be.
    if (files.a === undefined || files.b === undefined) return []
    const changes = lockChanges({a: files.a, b: files.b}).map(
      ({name, a: left, b: right}) => `${name} ${left} -> ${right}`,
    )
    if (changes.length === 0) return []
    return [
      difference(lock, {
        subject,
        message: `the lock file of ${subject} demands ${counted(changes.length, 'library', 'libraries')} otherwise in ${names.a} than in ${names.b}`,
        details: changes.slice(0, shown),
      }),
    ]
  })

export const lockKey = ({ecosystem, scope}: Pick<Dependency, 'ecosystem' | 'scope'>): string =>
  `${ecosystem} in ${scope}`

const demanded = (dependencies: readonly Dependency[]) =>
  Map.groupBy(
    dependencies.filter(({source}) => source === 'lock'),
    lockKey,
  )

/** Of one lock file, or of all of one ecosystem. */
export const lockChanges = (sides: Both<readonly Dependency[]>): (Both<string> & {name: string})[] => {
  const {a, b} = changedOf(sides, ({name}) => name)
  return byName(versions(a), versions(b)).flatMap(([name, found]) => {
    const values = {a: found.a ?? 'none', b: found.b ?? 'none'}
    return values.a === values.b ? [] : [{name, ...values}]
  })
}

const versions = (dependencies: readonly Dependency[]): Map<string, string> =>
  new Map(
    [...Map.groupBy(dependencies, ({name}) => name)].map(([name, all]) => [
      name,
      listed(new Set(all.map((each) => each.version))),
    ]),
  )
