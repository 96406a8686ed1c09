import type {Field} from './field.ts'
import {matchesField} from './field.ts'
import {canonical, type Json, jsonText, type JsonRules, masked} from './mask.ts'

export interface JsonDifference {
  field: Field
  a: string
  b: string
}

/** More of one pair of answers say nothing more. */
const most = 200

/** Where two JSON values differ, but for what the rules leave out. */
export const jsonDifferences = (a: Json, b: Json, rules: {a: JsonRules; b: JsonRules}): JsonDifference[] => {
  const found: JsonDifference[] = []
  compare(masked(a, rules.a), masked(b, rules.b), [], {found, unordered: rules.a.unordered})
  return found
}

interface Context {
  found: JsonDifference[]
  unordered: readonly string[]
}

const compare = (a: Json | undefined, b: Json | undefined, field: Field, context: Context): void => {
  if (context.found.length >= most) return
  if (isList(a) && isList(b)) return compareLists(a, b, field, context)
  if (isRecord(a) && isRecord(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)]))
      compare(own(a, key), own(b, key), [...field, key], context)
    return
  }
  if (a === undefined || b === undefined || canonical(a) !== canonical(b))
    context.found.push({field, a: jsonText(a), b: jsonText(b)})
}

const compareLists = (a: readonly Json[], b: readonly Json[], field: Field, context: Context): void => {
  if (a.length !== b.length) {
    // Which element is which nobody knows: all of them would seem to differ behind the first that is missing.
    context.found.push({field, a: lengthText(a), b: lengthText(b)})
    return
  }
  const [one, other] = context.unordered.some((pattern) => matchesField(pattern, field)) ? withoutCommon(a, b) : [a, b]
  for (const [index, element] of one.entries()) compare(element, other[index], [...field, '*'], context)
}

/** What each has beside the other. */
const withoutCommon = (a: readonly Json[], b: readonly Json[]): [Json[], Json[]] => {
  const counts = new Map<string, number>()
  for (const each of b) counts.set(canonical(each), (counts.get(canonical(each)) ?? 0) + 1)
  const onlyA = a.filter((each) => !take(counts, canonical(each)))
  const onlyB = b.filter((each) => take(counts, canonical(each)))
  return [onlyA, onlyB]
}

const take = (counts: Map<string, number>, key: string): boolean => {
  const count = counts.get(key) ?? 0
  if (count === 0) return false
  counts.set(key, count - 1)
  return true
}

const own = (record: {readonly [key: string]: Json}, key: string): Json | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)

const isRecord = (value: Json | undefined): value is {readonly [key: string]: Json} =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const lengthText = ({length}: readonly Json[]): string => `${length} element${length === 1 ? '' : 's'}`
