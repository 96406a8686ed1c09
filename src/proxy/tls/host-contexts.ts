import {createSecureContext} from 'node:tls'
import type {SecureContext} from 'node:tls'

import type {Authority} from '../../tls/authority.ts'
import {makeHostCertificate, nameless, readHostCertificate, writeHostCertificate} from '../../tls/host-certificate.ts'
import type {HostCertificate} from '../../tls/host-certificate.ts'
import type {TlsPlace} from '../../tls/place.ts'
import {maxHostCertificates} from '../limits.ts'
import type {Log} from '../log.ts'

/** What connections are encrypted with. */
export interface ShownContext {
  certificate: {pem: string; keyPem: string}
  context: SecureContext
}

/** The same of one host. */
export interface HostContext extends ShownContext {
  certificate: HostCertificate
}

export interface HostContextsOptions {
  place: TlsPlace
  authority: Authority
  /** names that nothing is routed under get a certificate too, for the page that says so, but no file */
  isRouted: (host: string) => boolean
  now: () => number
  log: Log
}

/** The contexts of one authority by host, each made when it is first asked for, and again when its certificate is due. */
export const hostContexts = (options: HostContextsOptions): ((host: string) => Promise<HostContext>) => {
  const {log, now} = options
  const made = new Map<string, {context: Promise<HostContext>; dueMs: number}>()
  const make = (host: string): Promise<HostContext> => {
    const entry = {context: contextOf(options, host), dueMs: Infinity}
    made.set(host, entry)
    // Strangers can ask for any number of names.
    for (const oldest of made.keys()) {
      if (made.size <= maxHostCertificates) break
      made.delete(oldest)
    }
    entry.context.then(
      ({certificate}) => (entry.dueMs = certificate.dueMs),
      (error: unknown) => {
        if (made.get(host) === entry) made.delete(host)
        log(`no certificate for ${host}: ${String(error)}`)
      },
    )
    return entry.context
  }
  return (host) => {
    const entry = made.get(host)
    return entry === undefined || entry.dueMs <= now() ? make(host) : entry.context
  }
}

const contextOf = async (options: HostContextsOptions, host: string): Promise<HostContext> => {
  const certificate = await certificateOf(options, host)
  return {
    certificate,
    // The id is the server's too: a session goes on in the context of its host.
    context: createSecureContext({cert: certificate.pem, key: certificate.keyPem, sessionIdContext}),
  }
}

export const sessionIdContext = 'imm'

const certificateOf = async (
  {place, authority, isRouted, now, log}: HostContextsOptions,
  host: string,
): Promise<HostCertificate> => {
  const kept = await readHostCertificate(place, authority, host)
  if (kept !== undefined && kept.dueMs > now()) return kept
  const certificate = await makeHostCertificate(authority, host, now())
  if (host === nameless || isRouted(host))
    // Without its file it serves as well, for as long as this process does.
    await writeHostCertificate(place, host, certificate).catch((error: unknown) => log(String(error)))
  return certificate
}
