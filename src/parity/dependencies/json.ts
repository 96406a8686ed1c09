import {type Problem, problem} from '../reduced/problem.ts'

export type JsonObject = Readonly<Record<string, unknown>>

export const objectOf = (value: unknown): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {}

export const textIn = (object: JsonObject, key: string): string => {
  const value = object[key]
  return typeof value === 'string' ? value : ''
}

export const jsonOf = (text: string): {json: unknown} | Problem => {
  try {
    return {json: JSON.parse(text)}
  } catch {
    return problem('it is no JSON')
  }
}
