import type {StartedWith} from '../release/started.ts'
import type {SettingDifference} from './difference.ts'
import type {Seal} from './settings.ts'

/** Engines set these by themselves where nobody else does. */
const engines = new Set(['PATH', 'HOME', 'HOSTNAME', 'TERM', 'container'])

type Variables = Readonly<Record<string, string>>

/** Variables that a container has otherwise than its settings and its image, by name. */
export const variableDifferences = (
  now: Variables,
  {variables, values}: StartedWith,
  image: Variables,
  seal: Seal,
): SettingDifference[] => {
  const set = new Set(variables)
  const added = Object.keys(now).filter((name) => !set.has(name) && image[name] === undefined && !engines.has(name))
  const missing = [...variables, ...Object.keys(image)].filter((name) => now[name] === undefined)
  const others = Object.keys(image).filter(
    (name) => !set.has(name) && now[name] !== undefined && now[name] !== image[name],
  )
  const isSealed = missing.length > 0 || seal(variables.map((name) => now[name])) === values
  const actual = [
    ...told('with', added),
    ...told('without', [...new Set(missing)]),
    ...told('another value of', others),
    // Which of them it is, the seal does not tell.
    ...told('another value of one of', isSealed ? [] : variables),
  ]
  return actual.length === 0
    ? []
    : [{kind: 'setting', key: 'env', expected: "the settings' and the image's", actual: actual.join('; ')}]
}

const told = (what: string, names: readonly string[]): string[] =>
  names.length === 0 ? [] : [`${what} ${names.join(', ')}`]
