import {ImmError} from '../errors.ts'
import {ledgerKey} from '../ledger/key.ts'
import type {Engine} from '../lifecycle/ports.ts'
import type {AppId} from '../release/identity.ts'
import {filesOf, type AppFiles} from '../secrets/files.ts'
import type {StatePaths} from '../state/paths.ts'

export interface OpenFiles {
  id: AppId
  paths: StatePaths
  /** of the project, absolute */
  directory: string
  engine: Pick<Engine, 'facts'>
  note: (message: string) => void
  /** Every content that becomes known, so that it can be kept out of what is written. */
  onSecret?: (name: string, content: string) => void
}

/** Secrets and configs of an app, told apart under the same key as in its history. */
export const openFiles = ({id, paths, directory, engine, note, onSecret}: OpenFiles): AppFiles =>
  filesOf({id, paths, directory, facts: engine.facts, note, onSecret, key: async (signal) => keyOf(paths, signal)})

const keyOf = async ({home}: StatePaths, signal: AbortSignal): Promise<Buffer> => {
  try {
    return await ledgerKey(home, signal)
  } catch (error) {
    signal.throwIfAborted()
    const why = error instanceof Error ? error.message : String(error)
    throw new ImmError('STATE_UNWRITABLE', `secrets can't be told apart without a key: ${why}`, {cause: error})
  }
}
