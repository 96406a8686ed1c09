import {access, rm} from 'node:fs/promises'

import {ImmError} from '../errors.ts'
import {isSystemError} from '../socket/system-error.ts'
import {ensureAuthority} from './authority.ts'
import type {Authority} from './authority.ts'
import type {TlsPlace} from './place.ts'
import type {Store, StoreReport} from './stores/store.ts'
import {writeWhole} from './write-whole.ts'

export interface TrustOptions {
  place: TlsPlace
  stores: readonly Store[]
  signal: AbortSignal
  nowMs?: number
}

/** Makes the authority where there is none, and puts it into every store that can be reached. From then on the proxy speaks https. */
export const trust = async ({
  place,
  stores,
  signal,
  nowMs = Date.now(),
}: TrustOptions): Promise<{authority: Authority; reports: readonly StoreReport[]; trusted: boolean}> => {
  const authority = await ensureAuthority(place, nowMs).catch(unwritable(place))
  const anchor = {name: place.storeName, pem: authority.pem, file: place.certificate}
  const reports: StoreReport[] = []
  for (const store of stores) reports.push(await store.install(anchor, signal))
  const having = reports.filter(({status}) => status === 'installed' || status === 'present')
  const trusted = having.length > 0
  if (trusted) await writeWhole(place.trusted, `${JSON.stringify(having.map(({place: where}) => where))}\n`)
  else await rm(place.trusted, {force: true})
  return {authority, reports, trusted}
}

/** Ends https, forgets the authority for good, and takes it out of every store that has it. */
export const untrust = async ({
  place,
  stores,
  signal,
}: TrustOptions): Promise<{existed: boolean; reports: readonly StoreReport[]}> => {
  const existed = await access(place.authority).then(
    () => true,
    () => false,
  )
  // First, so that what a store still has is a key that nobody can use any more.
  await rm(place.authority, {force: true}).catch(unwritable(place))
  // A proxy may be writing a certificate at this moment.
  await rm(place.directory, {recursive: true, force: true, maxRetries: 5}).catch(unwritable(place))
  const reports: StoreReport[] = []
  for (const store of stores) reports.push(await store.remove({name: place.storeName}, signal))
  return {existed, reports}
}

const unwritable =
  ({directory}: TlsPlace) =>
  (error: unknown): never => {
    if (!isSystemError(error, 'EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENOTDIR', 'EEXIST')) throw error
    throw new ImmError('STATE_UNWRITABLE', `${directory} can't be changed: ${error.message}`, {cause: error})
  }
