import {createHash} from 'node:crypto'

import type {EnvironmentId} from '../../release/identity.ts'
import {shareCookie} from '../affinity.ts'

// A page of another preview could fill the header with them.
const most = 8

/** One for each environment: ports of their own share the cookies of `localhost`. */
const nameOf = ({project, environment}: EnvironmentId): string =>
  `${shareCookie}-${createHash('sha256').update(`${project}/${environment}`).digest('hex').slice(0, 12)}`

/** What a browser sends of the environment's sessions; which of them are good, their signature tells. */
export const sessionTokens = (id: EnvironmentId, header: string | undefined): string[] => {
  if (header === undefined || !header.includes(shareCookie)) return []
  const name = nameOf(id)
  const tokens: string[] = []
  for (const pair of header.split(';')) {
    const text = pair.trim()
    const at = text.indexOf('=')
    const its = text.slice(0, at)
    if ((its === name || its === `__Host-${name}`) && tokens.length < most) tokens.push(text.slice(at + 1))
  }
  return tokens
}

/** The value of Set-Cookie: for this host alone, never for scripts, and gone with the browser. */
export const sessionCookie = (id: EnvironmentId, token: string, secure: boolean): string =>
  `${secure ? '__Host-' : ''}${nameOf(id)}=${token}; Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
