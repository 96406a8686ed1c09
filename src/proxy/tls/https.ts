import {randomBytes} from 'node:crypto'

import {readAuthority} from '../../tls/authority.ts'
import type {Authority} from '../../tls/authority.ts'
import {tlsPlace} from '../../tls/place.ts'
import {stampOf} from '../kept-file.ts'
import type {Log} from '../log.ts'
import type {Given} from './given.ts'
import {hostContexts} from './host-contexts.ts'
import type {HostContext} from './host-contexts.ts'

/** Whether this proxy speaks https, as the state directory has it at the moment. */
export interface Https {
  /** undefined while it is off; one object per authority */
  current(): HttpsKeys | undefined
  /** a store has the authority: browsers will take it */
  isTrusted(): boolean
  /** for the names that it covers, instead of one of the authority's */
  given(): Given | undefined
  /** all listeners share them: a session goes on at any */
  readonly ticketKeys: Buffer
}

export interface HttpsKeys {
  untilMs: number
  contextOf(host: string): Promise<HostContext>
}

export interface HttpsOptions {
  home: string
  isRouted: (host: string) => boolean
  log: Log
  given?: Https['given']
  now?: () => number
}

/** Looks at the files with each connection: `imm proxy trust` and `untrust` reach a proxy that runs, and one that doesn't. */
export const watchHttps = ({home, isRouted, log, given = () => undefined, now = Date.now}: HttpsOptions): Https => {
  const place = tlsPlace(home)
  let seen: string | undefined
  let keys: HttpsKeys | undefined
  const read = (): HttpsKeys | undefined => {
    let authority: Authority | undefined
    try {
      authority = readAuthority(place)
    } catch (error) {
      log(`https is off: ${place.authority}: ${String(error)}`)
      return undefined
    }
    log(authority === undefined ? 'https is off' : `https is on, until ${new Date(authority.untilMs).toISOString()}`)
    return authority && {untilMs: authority.untilMs, contextOf: hostContexts({place, authority, isRouted, now, log})}
  }
  const current = (): HttpsKeys | undefined => {
    const stamp = stampOf(place.authority)
    if (stamp !== seen) {
      // Where it never was on there is nothing to say.
      keys = stamp === undefined && seen === undefined ? undefined : read()
      seen = stamp
    }
    return keys
  }
  return {
    current,
    given,
    isTrusted: () => current() !== undefined && stampOf(place.trusted) !== undefined,
    ticketKeys: randomBytes(48),
  }
}
