import {isImmError} from '../errors.ts'
import type {ReleaseRef} from '../release/identity.ts'
import type {ContainerDrift, OpenDrift} from './drift.ts'

/** What came of looking at several apps. */
export interface Looked {
  /** differences in all */
  count: number
  /** apps of which nothing runs */
  idle: readonly string[]
  /** apps that could not be looked at */
  failed: readonly {app: string; error: Error}[]
}

/** Looks at each app, whatever becomes of the others. NOTHING_LIVE where none of them runs. */
export const driftOfEach = async (
  drifts: readonly OpenDrift[],
  release: ReleaseRef | undefined,
  onFound: (drift: OpenDrift, found: readonly ContainerDrift[]) => void,
  signal: AbortSignal,
): Promise<Looked> => {
  let count = 0
  const idle: {app: string; error: Error}[] = []
  const failed: {app: string; error: Error}[] = []
  for (const drift of drifts) {
    try {
      const found = await drift.compare(await drift.running(release, signal), signal)
      count += differencesIn(found)
      onFound(drift, found)
    } catch (error) {
      // A mistake of ours is no answer, and who was interrupted wants none.
      if (signal.aborted || !isImmError(error)) throw error
      const list = isImmError(error, 'NOTHING_LIVE') ? idle : failed
      list.push({app: drift.id.app, error})
    }
  }
  const [none] = idle
  if (none && idle.length === drifts.length) throw none.error
  return {count, idle: idle.map(({app}) => app), failed}
}

const differencesIn = (found: readonly ContainerDrift[]): number =>
  found.reduce((sum, {differences}) => sum + differences.length, 0)
