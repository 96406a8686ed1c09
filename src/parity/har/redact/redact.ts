import type {HarEntry} from '../har.ts'
import {redactEntry} from './entry.ts'
import {foundValues} from './found.ts'
import {redacted} from './marker.ts'
import {secretFields} from './names.ts'

/**
 * Takes secrets out of all entries: cookies, credentials, what has the name or the form of a secret, what has one of `names`; and then the
 * same values wherever else they are, in whichever entry.
 */
export const redactEntries = (entries: readonly HarEntry[], names: readonly string[]): HarEntry[] => {
  const found = foundValues()
  const isSecret = secretFields(names)
  const once = entries.map((entry) => redactEntry(entry, isSecret, found))
  const pattern = patternOf(found.values)
  return pattern === undefined ? once : once.map((entry) => withoutValues(entry, pattern) as HarEntry)
}

/** As they are, and as addresses and JSON have them; long ones first, since one may be part of another. */
const patternOf = (values: ReadonlySet<string>): RegExp | undefined => {
  const written = new Set(
    [...values].flatMap((value) => [
      value,
      encodeURIComponent(value),
      encodeURIComponent(value).replaceAll('%20', '+'),
      JSON.stringify(value).slice(1, -1),
    ]),
  )
  if (written.size === 0) return undefined
  const ordered = [...written].toSorted((a, b) => b.length - a.length)
  return new RegExp(ordered.map((value) => RegExp.escape(value)).join('|'), 'g')
}

const withoutValues = (value: unknown, pattern: RegExp): unknown => {
  if (typeof value === 'string') return value.replaceAll(pattern, redacted)
  if (Array.isArray(value)) return value.map((each) => withoutValues(each, pattern))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutValues(each, pattern)]))
}
