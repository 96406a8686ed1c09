import {homedir} from 'node:os'

import {statePaths} from '../state/paths.ts'
import {tlsPlace} from '../tls/place.ts'
import {findStores} from '../tls/stores/find-stores.ts'
import type {Store, StoreReport} from '../tls/stores/store.ts'
import {trust, untrust} from '../tls/trust.ts'

export type {StoreReport} from '../tls/stores/store.ts'

export interface Trusted {
  /** of the authority, for programs that look into no store */
  certificate: string
  untilMs: number
  /** at least one store has it */
  trusted: boolean
  reports: readonly StoreReport[]
}

/** `sudo`: what has to be root's is run with it. */
export const trustHere = async (sudo: boolean, signal: AbortSignal): Promise<Trusted> => {
  const place = tlsPlace(statePaths().home)
  const {authority, reports, trusted} = await trust({place, stores: await storesHere(sudo), signal})
  return {certificate: place.certificate, untilMs: authority.untilMs, trusted, reports}
}

export const untrustHere = async (sudo: boolean, signal: AbortSignal): ReturnType<typeof untrust> =>
  untrust({place: tlsPlace(statePaths().home), stores: await storesHere(sudo), signal})

/** Who ran imm as root by way of sudo: that root's state is not theirs. */
export const userBehindSudo = (): string | undefined =>
  process.getuid?.() === 0 && process.env['SUDO_USER'] !== 'root' ? process.env['SUDO_USER'] : undefined

const storesHere = async (sudo: boolean): Promise<readonly Store[]> => {
  const privilege = process.getuid?.() === 0 ? 'root' : sudo ? 'sudo' : 'none'
  return findStores({platform: process.platform, home: homedir(), privilege})
}
