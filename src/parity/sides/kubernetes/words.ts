import {isDeepStrictEqual} from 'node:util'

import {withoutSecrets} from '../../secrets/words.ts'
import {canonical as concealed} from '../settings/canonical.ts'

/** Settings by their terms: facts.ts, RunSide's `others`. */
export type Terms = Readonly<Record<string, string>>

/** Words separated by blanks, as a set. */
export const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

/** Everything that is said and is not told elsewhere, so that nothing that Kubernetes may come to know is passed over in silence. */
export const settingsBut = (
  settings: Readonly<Record<string, unknown>>,
  told: ReadonlySet<string>,
  defaults: Readonly<Record<string, unknown>>,
  prefix = 'k8s.',
): Terms =>
  Object.fromEntries(
    Object.entries(settings)
      .filter(([key, value]) => !told.has(key) && !isDeepStrictEqual(value, defaults[key]))
      // Off says something where it is on otherwise.
      .filter(([key, value]) => !isNothing(value) || (value === false && defaults[key] === true))
      .map(([key, value]) => [`${prefix}${key}`, typeof value === 'string' ? withoutSecrets(value) : shown(value)]),
  )

/** A key that is written and left empty, or off, says what not writing it says. */
const isNothing = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === false ||
  value === '' ||
  (typeof value === 'object' && Object.values(value).every(isNothing))

/** JSON with the keys in order, and without what says nothing. */
export const canonical = (value: unknown): string => JSON.stringify(value, sorted) ?? ''

/** The same, to be read: with a digest in the place of each secret. */
export const shown = (value: unknown): string => concealed(JSON.parse(canonical(value)))

const sorted = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([, each]) => !isNothing(each))
          .toSorted(([a], [b]) => (a < b ? -1 : 1)),
      )
    : value
