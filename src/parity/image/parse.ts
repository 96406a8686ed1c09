import type {ZodType} from 'zod'

import type {Archive} from './archive.ts'
import {damaged} from './failures.ts'

/** One of the archive's texts, as what it should be. */
export const parse = <T>(archive: Archive, name: string, as: ZodType<T>): T => {
  const text = archive.find(name)?.text
  if (text === undefined) throw damaged(`${name} is not in it, or no text`)
  return parseText(text, name, as)
}

const parseText = <T>(text: Buffer, name: string, as: ZodType<T>): T => {
  let json: unknown
  try {
    json = JSON.parse(text.toString('utf8'))
  } catch (error) {
    throw damaged(`${name} is no JSON`, error)
  }
  const result = as.safeParse(json)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw damaged(`${name} is not what it should be: ${issue?.path.join('.')}: ${issue?.message}`)
}
