import type {Dependency} from '../../facts.ts'
import type {Finding} from '../../report/finding.ts'
import {type Both, byName, difference, listed, onlyIn, rulesOf} from '../difference.ts'
import {stepOf} from '../versions/step.ts'
import {versionMessage} from '../versions/versions.ts'
import {changedOf} from './changed.ts'

const rule = rulesOf('dependencies')

const version = rule(
  'dependency.version',
  'error',
  'An installed library has another major or minor version.',
  'Install by a lock file (`npm ci`, `pip install --require-hashes`, `bundle install --frozen`), and build both from the same commit.',
)
const patch = rule(
  'dependency.version.patch',
  'warning',
  'An installed library has another patch version.',
  'Install by a lock file (`npm ci`, `pip install --require-hashes`, `bundle install --frozen`), and build both from the same commit.',
)
const missing = rule(
  'dependency.missing',
  'error',
  'An installed library is on one side alone.',
  'Where one side is installed with and the other without those for development, say the same for both (`npm ci --omit=dev`).',
)

export const dependencyRules = [version, patch, missing]

/** `npm:left-pad in /app`: two applications in one image are told apart */
export const dependencyKey = ({ecosystem, name, scope}: Dependency): string => `${ecosystem}:${name} in ${scope}`

/** Of those that are there: what lock files demand is compared by itself. */
export const compareDependencies = (
  sides: Both<readonly Dependency[]>,
  names: Both<string>,
  whole: Both<boolean> = {a: true, b: true},
): Finding[] => {
  const {a, b} = changedOf({a: installed(sides.a), b: installed(sides.b)}, dependencyKey)
  return byName(Map.groupBy(a, dependencyKey), Map.groupBy(b, dependencyKey)).flatMap(([subject, found]) => {
    if (found.a !== undefined && found.b !== undefined) {
      const versions = {a: versionsOf(found.a), b: versionsOf(found.b)}
      if (versions.a === versions.b) return []
      const which = stepOf(versions.a, versions.b) === 'patch' ? patch : version
      return [difference(which, {subject, message: versionMessage(subject, 'plain', versions, names), ...versions})]
    }
    if (found.a === undefined ? !whole.a : !whole.b) return []
    const values = {...(found.a && {a: versionsOf(found.a)}), ...(found.b && {b: versionsOf(found.b)})}
    return [onlyIn(missing, subject, subject, values, names)]
  })
}

const installed = (dependencies: readonly Dependency[]) => dependencies.filter(({source}) => source === 'installed')

/** npm puts several versions of one library below each other. */
const versionsOf = (dependencies: readonly Dependency[]): string =>
  listed(new Set(dependencies.map((each) => each.version)))
