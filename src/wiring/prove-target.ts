import {isImmError} from '../errors.ts'
import {hasEnded} from '../lifecycle/exits.ts'
import type {Target} from '../lifecycle/ports.ts'
import type {Proof} from '../proxy/restored.ts'
import type {StatePaths} from '../state/paths.ts'
import {openEngine} from './engine.ts'

const timeoutMs = 5000

/** Asks the engine whose the address of a target is. One that can't be asked leaves it to a connection. */
export const proveTarget = async ({instance, address}: Target, paths: StatePaths): Promise<Proof> => {
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const {engine} = await openEngine(paths, signal)
    const found = await engine.instance(instance, signal)
    if (!found || hasEnded(found)) return 'elsewhere'
    const now = found.address ?? address
    return now.host === address.host && now.port === address.port ? 'there' : 'elsewhere'
  } catch (error) {
    if (!isImmError(error) && !signal.aborted) throw error
    return 'unsure'
  }
}
