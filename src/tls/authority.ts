import {createPrivateKey, generateKeyPairSync, randomBytes, X509Certificate} from 'node:crypto'
import type {KeyObject} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {chmod, mkdir, readFile, rm} from 'node:fs/promises'
import {hostname, userInfo} from 'node:os'

import {isSystemError} from '../socket/system-error.ts'
import type {TlsPlace} from './place.ts'
import {writeFirst, writeWhole} from './write-whole.ts'

const dayMs = 24 * 3_600_000
const lifetimeMs = 3650 * dayMs
/** From then on `imm proxy trust` makes another. */
export const authorityDueMs = 60 * dayMs
/** Clocks of containers and virtual machines are late at times. */
export const clockSlackMs = dayMs

/** The local certificate authority. */
export interface Authority {
  key: KeyObject
  certificate: X509Certificate
  pem: string
  untilMs: number
}

/** The authority of a state directory; undefined where there is none. Throws where what is there makes no sense. */
export const readAuthority = ({authority}: Pick<TlsPlace, 'authority'>): Authority | undefined => {
  try {
    return parseAuthority(readFileSync(authority, 'utf8'))
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined
    throw error
  }
}

/** The same, made where there is none or its end is near; of several at once one makes it. */
export const ensureAuthority = async (place: TlsPlace, nowMs: number): Promise<Authority> => {
  await mkdir(place.directory, {recursive: true, mode: 0o700})
  await chmod(place.directory, 0o700)
  if (isDue(place, nowMs)) await rm(place.authority, {force: true})
  const authority = readAuthority(place) ?? (await makeAuthority(place, nowMs))
  if ((await readFile(place.certificate, 'utf8').catch(() => '')) !== authority.pem)
    await writeWhole(place.certificate, authority.pem)
  return authority
}

/** One that can't be read serves nobody, and is replaced as well. */
const isDue = (place: TlsPlace, nowMs: number): boolean => {
  try {
    const authority = readAuthority(place)
    return authority !== undefined && authority.untilMs - nowMs < authorityDueMs
  } catch (error) {
    if (isSystemError(error, 'EACCES', 'EPERM')) throw error
    return true
  }
}

const makeAuthority = async (place: TlsPlace, nowMs: number): Promise<Authority> => {
  const {authorityCertificate} = await import('./certificate.ts')
  const {privateKey} = generateKeyPairSync('ec', {namedCurve: 'P-256'})
  const fromMs = nowMs - clockSlackMs
  const pem = authorityCertificate(authorityName(place), privateKey, {fromMs, untilMs: fromMs + lifetimeMs})
  const text = privateKey.export({type: 'pkcs8', format: 'pem'}).toString() + pem
  if (await writeFirst(place.authority, text)) return parseAuthority(text)
  return readAuthority(place) ?? makeAuthority(place, nowMs)
}

/** For people who look through a list of authorities; never the same twice, because some programs tell issuers apart by it. At most 64 long. */
const authorityName = ({storeName}: TlsPlace): string =>
  `${`${storeName} ${userInfo().username}@${hostname()}`.slice(0, 57)} ${randomBytes(3).toString('hex')}`

const parseAuthority = (text: string): Authority => {
  const pem = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----\n/.exec(text)?.[0] ?? ''
  const key = createPrivateKey(text)
  const certificate = new X509Certificate(pem)
  if (!certificate.checkPrivateKey(key)) throw new Error('key and certificate of the authority don’t belong together')
  return {key, certificate, pem, untilMs: certificate.validToDate.getTime()}
}
