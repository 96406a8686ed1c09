import type {Found} from './found.ts'
import {redacted} from './marker.ts'
import type {IsSecret} from './names.ts'

/** Takes secrets out of JSON, by the names of its fields and the form of its values; undefined: it is no JSON. */
export const redactJson = (text: string, isSecret: IsSecret, found: Found): string | undefined => {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return undefined
  }
  return typeof json === 'object' && json !== null ? JSON.stringify(redactValue(json, '', isSecret, found)) : undefined
}

const redactValue = (value: unknown, name: string, isSecret: IsSecret, found: Found): unknown => {
  if (Array.isArray(value)) return value.map((each) => redactValue(each, name, isSecret, found))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, redactValue(each, key, isSecret, found)]),
    )
  if (typeof value !== 'string' && typeof value !== 'number') return value
  if (!isSecret(name, String(value))) return value
  found.add(String(value))
  return redacted
}
