import {setTimeout as sleep} from 'node:timers/promises'

import {keyOf, type Difference} from '../drift/difference.ts'
import {isImmError} from '../errors.ts'
import type {ReleaseRef} from '../release/identity.ts'
import type {ContainerDrift, OpenDrift} from './drift.ts'

/** The engine compares two trees of files each time. */
const pauseMs = 2000

/** Looks again and again until the signal aborts, and tells what had not been there the time before. */
export const watchDrift = async (
  drift: OpenDrift,
  release: ReleaseRef | undefined,
  onNew: (found: ContainerDrift) => void,
  signal: AbortSignal,
): Promise<never> => {
  let seen = new Map<string, ReadonlySet<string>>()
  for (;;) {
    const found = await look(drift, release, signal)
    for (const one of found) {
      const known = seen.get(one.container)
      const isNew = (difference: Difference) => !known?.has(keyOf(difference))
      const differences = one.differences.filter(isNew)
      if (differences.length > 0) onNew({...one, differences})
    }
    seen = new Map(found.map(({container, differences}) => [container, new Set(differences.map(keyOf))]))
    await sleep(pauseMs, undefined, {signal})
  }
}

/** While a release is replaced there may be none. */
const look = async (drift: OpenDrift, release: ReleaseRef | undefined, signal: AbortSignal) => {
  try {
    return await drift.compare(await drift.running(release, signal), signal)
  } catch (error) {
    if (isImmError(error, 'NOTHING_LIVE') || isImmError(error, 'RELEASE_NOT_FOUND')) return []
    throw error
  }
}
