import type {PreviewSettings} from '../../config/previews.ts'
import type {ImmError} from '../../errors.ts'
import type {Ref} from '../../source/repository/ref.ts'
import type {PreviewRecord} from '../../state/previews.ts'
import type {Emit} from './events.ts'
import type {ServeMemory} from './memory.ts'

/** How bringing one up ended. */
export interface UpEnd {
  record: PreviewRecord
  url: string | undefined
  outcome: 'live' | 'unchanged' | 'rejected'
  error?: Pick<ImmError, 'code' | 'message' | 'next' | 'output'> | undefined
}

/** What the loop of serve needs from git, from previews and from time. */
export interface ServeWorld {
  memory: ServeMemory
  /** all that there are now; of a remote as it was last fetched */
  refs(signal: AbortSignal): Promise<readonly Ref[]>
  settings(signal: AbortSignal): Promise<PreviewSettings>
  /** of this repository */
  previews(signal: AbortSignal): Promise<readonly PreviewRecord[]>
  up(ref: Ref, settings: PreviewSettings, signal: AbortSignal): Promise<UpEnd>
  down(record: PreviewRecord, signal: AbortSignal): Promise<void>
  /** Until something may have moved, at most so long. Rejects with the signal's reason. */
  wait(ms: number | undefined, signal: AbortSignal): Promise<void>
  now(): number
  emit: Emit
}
