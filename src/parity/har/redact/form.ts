import type {Found} from './found.ts'
import {redacted} from './marker.ts'
import type {IsSecret} from './names.ts'

/** Takes secrets out of `a=b&c=d`, of which all else stays as it is written. */
export const redactQuery = (query: string, isSecret: IsSecret, found: Found): string =>
  query
    .split('&')
    .map((part) => {
      const at = part.indexOf('=')
      if (at < 0) return part
      const value = decoded(part.slice(at + 1))
      if (!isSecret(decoded(part.slice(0, at)), value)) return part
      found.add(value)
      return `${part.slice(0, at)}=${encodeURIComponent(redacted)}`
    })
    .join('&')

/** The query, the fragment and the password of whatever is written as an address. */
export const redactUrl = (url: string, isSecret: IsSecret, found: Found): string => {
  const [, before = '', query, fragment] = /^([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(url) ?? []
  const open = before.replace(/^([a-z][a-z\d+.-]*:\/\/)[^/@]*@/i, `$1`)
  const asked = query === undefined ? '' : `?${redactQuery(query, isSecret, found)}`
  return `${open}${asked}${fragment === undefined ? '' : `#${redactQuery(fragment, isSecret, found)}`}`
}

/** The fields of `multipart/form-data`; files are kept as they are. */
export const redactMultipart = (text: string, mimeType: string, isSecret: IsSecret, found: Found): string => {
  const boundary = /boundary="?([^";]+)/i.exec(mimeType)?.[1]
  if (boundary === undefined) return text
  return text
    .split(`--${boundary}`)
    .map((part) => {
      const name = /^\r?\ncontent-disposition:[^\n]*?\bname="([^"]*)"/im.exec(part)?.[1]
      const end = /\r?\n\r?\n/.exec(part)
      if (name === undefined || end === null) return part
      const from = end.index + end[0].length
      const value = part.slice(from).replace(/\r?\n$/, '')
      if (!isSecret(name, value)) return part
      found.add(value)
      return `${part.slice(0, from)}${redacted}\r\n`
    })
    .join(`--${boundary}`)
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
