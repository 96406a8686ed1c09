import {METHODS} from 'node:http'

import {suggest} from '../config/suggest.ts'
import {ImmError} from '../errors.ts'

const usual = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']

/** A method of HTTP, in whatever case it is typed. USAGE: there is none of that name, so that no request would ever have it. */
export const httpMethod = (text: string): string => {
  const method = text.trim().toUpperCase()
  if (METHODS.includes(method)) return method
  const meant = suggest(method, usual)
  throw new ImmError('USAGE', `HTTP has no method "${text.trim()}"`, {
    next: `${meant === undefined ? '' : `Did you mean ${meant}? `}There are ${usual.join(', ')}, and those of WebDAV.`,
  })
}
