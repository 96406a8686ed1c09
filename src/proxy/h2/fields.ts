import type {Http2Stream} from 'node:http2'

/** What is of one connection and must not be in HTTP/2 (RFC 9113 8.2.2); Node refuses to send it. */
const ofOneConnection = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
])

/** Whether the field is of one connection, and not passed on. */
export const isOfConnection = (name: string): boolean => ofOneConnection.has(name.toLowerCase())

/** A flat list of fields as HTTP/2 has them: names in lower case, nothing of one connection. `beside`: left out too. */
export const streamFields = (list: readonly string[], beside?: string): string[] => {
  const fields: string[] = []
  for (let index = 0; index < list.length; index += 2) {
    const name = (list[index] as string).toLowerCase()
    if (!ofOneConnection.has(name) && name !== beside) fields.push(name, list[index + 1] as string)
  }
  return fields
}

/** Without `:status` and the like. */
export const withoutPseudo = (list: readonly string[]): string[] => {
  const fields: string[] = []
  for (let index = 0; index < list.length; index += 2)
    if (!(list[index] as string).startsWith(':')) fields.push(list[index] as string, list[index + 1] as string)
  return fields
}

/** The trailers of a message, filled when they come. */
export const trailersOn = (stream: Http2Stream): string[] => {
  const trailers: string[] = []
  stream.once('trailers', (_headers, _flags, raw: string[]) => void trailers.push(...withoutPseudo(raw)))
  return trailers
}

/** Trailers as Node takes them for a stream. */
export const trailerFields = (pairs: readonly (readonly [string, string])[]): Record<string, string[]> => {
  const fields: Record<string, string[]> = {}
  for (const [field, value] of pairs) {
    const name = field.toLowerCase()
    if (!ofOneConnection.has(name) && name !== 'te') (fields[name] ??= []).push(value)
  }
  return fields
}
