import {type Field, matchesField} from './field.ts'
import {volatileKind} from './volatile.ts'

export interface JsonRules {
  /** patterns of fields that are left out */
  ignored: readonly string[]
  /** patterns of arrays whose order does not matter */
  unordered: readonly string[]
  nowMs: number
  /** takes the side's own address out of a text */
  neutral: (text: string) => string
}

export type Json = null | boolean | number | string | readonly Json[] | {readonly [key: string]: Json}

/** Beyond, nothing is told apart. */
const deepest = 100

/** JSON nested so deeply is nobody's answer, and would take the stack. */
export const isTooDeep = (value: unknown, depth = 0): boolean => {
  if (typeof value !== 'object' || value === null) return false
  return depth >= deepest || Object.values(value).some((each) => isTooDeep(each, depth + 1))
}

/** The value without what may differ: ignored fields are gone, times and ids say only that they are such. */
export const masked = (value: Json, rules: JsonRules, field: Field = []): Json => {
  if (isList(value)) {
    const within = [...field, '*']
    const each = isAny(rules.ignored, within) ? [] : value.map((element) => masked(element, rules, within))
    return isAny(rules.unordered, field) ? each.toSorted(byText) : each
  }
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => !isAny(rules.ignored, [...field, key]))
        .map(([key, each]) => [key, masked(each, rules, [...field, key])]),
    )
  const kind = volatileKind(value, rules.nowMs)
  if (kind !== undefined) return kind === 'time' ? aTime : anId
  return typeof value === 'string' ? rules.neutral(value) : value
}

// With a character that no server sends.
const aTime = '\u0000a time'
const anId = '\u0000an id'

/** How a masked value is told to people. */
export const jsonText = (value: Json | undefined): string => {
  if (value === undefined) return 'nothing'
  if (typeof value === 'string' && value.startsWith('\u0000')) return value.slice(1)
  return JSON.stringify(value).replaceAll('\\u0000', '')
}

/** The same text for the same value, whatever the order of its keys. */
export const canonical = (value: Json): string => {
  if (isList(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)

const byText = (a: Json, b: Json): number => {
  const [one, other] = [canonical(a), canonical(b)]
  return one === other ? 0 : one < other ? -1 : 1
}

const isAny = (patterns: readonly string[], field: Field): boolean =>
  patterns.some((pattern) => matchesField(pattern, field))
