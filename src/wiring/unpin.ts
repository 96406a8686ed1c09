import type {ReleaseName} from '../release/identity.ts'
import {askSession} from '../session/ask.ts'
import {holdEnvironment} from '../session/hold.ts'
import {statePaths} from '../state/paths.ts'
import {recordsOf} from '../state/records.ts'
import {findApp} from './find-app.ts'
import type {Where} from './identify.ts'

export interface Unpinned {
  /** what it was pinned to; undefined: it was not */
  release: ReleaseName | undefined
  environment: string
  /** an `imm dev` runs, and releases what is there now */
  releasing: boolean
}

/** Ends what a rollback pinned. */
export const runUnpin = async (where: Where, signal: AbortSignal): Promise<Unpinned> => {
  const paths = statePaths()
  const id = await findApp(where, paths, signal)
  const {environment} = id
  const session = await askSession(paths.runtime, id, signal)
  if (session) return {release: await session.unpin(signal), environment, releasing: true}
  // Held, so that none that is starting misses it.
  await using stack = new AsyncDisposableStack()
  stack.use(await holdEnvironment(paths.runtime, id, signal))
  const records = recordsOf(paths.home, id)
  const pin = await records.pin(signal)
  await records.setPin(undefined, signal)
  return {release: pin?.release, environment, releasing: false}
}
