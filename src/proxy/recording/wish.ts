import {wrong} from '../record.ts'
import type {RecordWish} from './recorder.ts'

export const readRecordWish = (query: URLSearchParams): RecordWish => {
  const route = query.get('route') ?? ''
  const methods = (query.get('methods') ?? '').split(',')
  const every = Number(query.get('every') ?? 1)
  if (route === '') throw wrong('route', route)
  if (!methods.every((method) => /^[A-Z]+$/.test(method))) throw wrong('methods', methods)
  if (!Number.isSafeInteger(every) || every < 1) throw wrong('every', query.get('every'))
  return {route, methods, every}
}
