import {readFile} from 'node:fs/promises'
import path from 'node:path'

import {ImmError, isImmError} from '../errors.ts'
import {ensureProxy, presentProxy} from '../proxy/client.ts'
import {ensureKey} from '../proxy/login/key.ts'
import {addressesToListen, checkedSharing, isShared, notShared, readSharing, writeSharing} from '../proxy/sharing.ts'
import type {Sharing} from '../proxy/sharing.ts'
import type {ProxyStatus} from '../proxy/status.ts'
import {statePaths} from '../state/paths.ts'
import type {StatePaths} from '../state/paths.ts'
import {parseGiven} from '../tls/given-certificate.ts'

export interface StartedProxy {
  status: ProxyStatus
  sharing: Sharing
  /** others than this machine's users may be there */
  shared: boolean
  /** addresses that were asked for, and that this machine doesn't have */
  missing: readonly string[]
}

// What a release gets by default when it loses the traffic.
const drainMs = 10_000

/**
 * The proxy as it is wished for, also by whoever starts it later; without a wish as it was last. Where it listens on other addresses it is
 * stopped and started, because a port can't be had for one address and for all; everything else is done without losing a request.
 */
export const startProxy = async (wish: Sharing | undefined, signal: AbortSignal): Promise<StartedProxy> => {
  const paths = statePaths()
  const before = await readSharing(paths.home).catch((error: unknown) => {
    if (wish !== undefined && isImmError(error, 'PROXY_SETTINGS_INVALID')) return undefined
    throw error
  })
  const sharing = wish === undefined ? (before ?? notShared) : checkedSharing(absolute(wish))
  const shared = isShared(sharing)
  await refuseCertificate(sharing)
  if (shared) await ensureKey(paths.home)
  if (wish !== undefined) await writeSharing(paths.home, sharing)
  const isSame = JSON.stringify(before) === JSON.stringify(sharing)
  const status = await applied(paths, sharing, isSame, signal).catch(async (error: unknown) => {
    // What runs, or is started next, is as it was.
    if (before !== undefined) await writeSharing(paths.home, before)
    throw error
  })
  const missing = addressesToListen(sharing).filter(
    (address) => address !== '::1' && !status.addresses.includes(address),
  )
  return {status, sharing, shared, missing}
}

const applied = async (
  paths: StatePaths,
  sharing: Sharing,
  isSame: boolean,
  signal: AbortSignal,
): Promise<ProxyStatus> => {
  const present = await presentProxy(paths)
  const proxy = await ensureProxy({paths, signal})
  const status = await proxy.status(signal)
  if (present === undefined && status !== undefined) return status
  const listens = status?.addresses ?? []
  const wanted = addressesToListen(sharing)
  const isThere = wanted.every((address) => address === '::1' || listens.includes(address))
  if (isThere && listens.every((address) => wanted.includes(address))) {
    if (!isSame) await proxy.replace(signal)
  } else await proxy.stop(drainMs, signal)
  const now = await (await ensureProxy({paths, signal})).status(signal)
  if (now === undefined) throw new ImmError('PROXY_UNREACHABLE', 'the proxy was gone as soon as it had started')
  return now
}

const absolute = ({cert, key, ...rest}: Sharing): Sharing => ({
  ...rest,
  ...(cert === undefined ? {} : {cert: path.resolve(cert)}),
  ...(key === undefined ? {} : {key: path.resolve(key)}),
})

/** CERTIFICATE_INVALID before anything is changed, and not a proxy that speaks no https afterwards. */
const refuseCertificate = async ({cert, key, domain}: Sharing): Promise<void> => {
  if (cert === undefined || key === undefined) return
  const [certPem, keyPem] = await Promise.all([cert, key].map(readGiven))
  const {untilMs, covers} = parseGiven(certPem as Buffer, keyPem as Buffer, {cert, key})
  if (untilMs < Date.now())
    throw new ImmError('CERTIFICATE_INVALID', `${cert} ended on ${new Date(untilMs).toISOString().slice(0, 10)}`)
  if (domain !== undefined && !covers(`any.${domain}`))
    throw new ImmError('CERTIFICATE_INVALID', `${cert} does not cover *.${domain}`)
}

const readGiven = async (file: string): Promise<Buffer> =>
  readFile(file).catch((error: unknown) => {
    throw new ImmError('CERTIFICATE_INVALID', `${file} can't be read: ${String(error)}`, {cause: error})
  })
