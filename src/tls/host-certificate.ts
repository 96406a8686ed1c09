import {createPrivateKey, generateKeyPairSync, X509Certificate} from 'node:crypto'
import {readFile} from 'node:fs/promises'
import path from 'node:path'

import {clockSlackMs} from './authority.ts'
import type {Authority} from './authority.ts'
import type {TlsPlace} from './place.ts'
import {writeWhole} from './write-whole.ts'

/** Of all that clients allow, Apple's 397 days are the least. Renewed by itself, so that shorter costs nothing. */
export const hostLifetimeMs = 90 * 24 * 3_600_000

/** The host of the certificate for those who name none: an address can't be named in TLS (RFC 6066 section 3). */
export const nameless = 'localhost'

/** Certificate and key of one host. */
export interface HostCertificate {
  pem: string
  keyPem: string
  /** when a third of its life is left */
  dueMs: number
}

export const makeHostCertificate = async (
  authority: Authority,
  host: string,
  nowMs: number,
): Promise<HostCertificate> => {
  const {serverCertificate} = await import('./certificate.ts')
  const {publicKey, privateKey} = generateKeyPairSync('ec', {namedCurve: 'P-256'})
  const fromMs = nowMs - clockSlackMs
  // What outlives its authority is worth nothing.
  const untilMs = Math.min(fromMs + hostLifetimeMs, authority.untilMs)
  const addresses = host === nameless ? [{iPAddress: '127.0.0.1'}, {iPAddress: '::1'}] : []
  const pem = serverCertificate(authority, [{dNSName: host}, ...addresses], publicKey, {fromMs, untilMs})
  const keyPem = privateKey.export({type: 'pkcs8', format: 'pem'}).toString()
  return {pem, keyPem, dueMs: dueOf(fromMs, untilMs)}
}

/** The one in the host's file; undefined for what is missing, unreadable, another host's or another authority's. */
export const readHostCertificate = async (
  place: TlsPlace,
  authority: Authority,
  host: string,
): Promise<HostCertificate | undefined> => {
  try {
    const text = await readFile(fileOf(place, host), 'utf8')
    const start = text.indexOf('-----BEGIN CERTIFICATE-----')
    const keyPem = text.slice(0, start)
    const pem = text.slice(start)
    const certificate = new X509Certificate(pem)
    const usable =
      certificate.checkHost(host) === host &&
      certificate.verify(authority.certificate.publicKey) &&
      certificate.checkPrivateKey(createPrivateKey(keyPem))
    const dueMs = dueOf(certificate.validFromDate.getTime(), certificate.validToDate.getTime())
    return usable ? {pem, keyPem, dueMs} : undefined
  } catch {
    return undefined
  }
}

export const writeHostCertificate = async (place: TlsPlace, host: string, made: HostCertificate): Promise<void> =>
  writeWhole(fileOf(place, host), made.keyPem + made.pem)

const fileOf = ({hosts}: TlsPlace, host: string): string => path.join(hosts, `${host}.pem`)

const dueOf = (fromMs: number, untilMs: number): number => untilMs - (untilMs - fromMs) / 3
