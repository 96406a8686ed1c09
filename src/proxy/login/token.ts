import {createHmac, randomBytes, timingSafeEqual} from 'node:crypto'

import type {EnvironmentId} from '../../release/identity.ts'

/** A `link` is for people to pass on, in an address; a `session` is what a browser keeps of it. Neither is taken for the other. */
export type TokenKind = 'link' | 'session'

export interface Grant extends EnvironmentId {
  /** epoch ms, whole seconds */
  expiresMs: number
}

const version = 1
const longest = 1024

/** What opens one environment until it expires: its text and who signed it (HMAC-SHA256), with a nonce so that no two are the same. */
export const signToken = (
  key: Buffer,
  kind: TokenKind,
  {project, environment, expiresMs}: Grant,
  nonce = randomBytes(12).toString('base64url'),
): string => {
  const claims = [version, kind, project, environment, Math.floor(expiresMs / 1000), nonce]
  const text = Buffer.from(JSON.stringify(claims)).toString('base64url')
  return `${text}.${macOf(key, text).toString('base64url')}`
}

/** What the token opens, where this key signed it as one of that kind and it has not expired. */
export const readToken = (key: Buffer, kind: TokenKind, token: string, nowMs: number): Grant | undefined => {
  const [text, mac, more] = token.length > longest ? [] : token.split('.')
  if (text === undefined || mac === undefined || more !== undefined) return undefined
  const given = Buffer.from(mac, 'base64url')
  const expected = macOf(key, text)
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
  // Ours: nobody else could have signed it.
  const [of, its, project, environment, seconds] = JSON.parse(Buffer.from(text, 'base64url').toString()) as Claims
  if (of !== version || its !== kind) return undefined
  const expiresMs = seconds * 1000
  return expiresMs > nowMs ? {project, environment, expiresMs} : undefined
}

type Claims = readonly [number, string, string, string, number, string]

const macOf = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(`imm.${text}`).digest()
