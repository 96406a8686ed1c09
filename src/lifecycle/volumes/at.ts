import type {EnvironmentId} from '../../release/identity.ts'
import type {Clock, CopyProgress, Engine, Instance} from '../ports.ts'

/** What must be known of work on a volume after a kill. */
export interface HoldNote {
  volume: string
  kind: 'read' | 'write'
  paused: string[]
  making?: string | undefined
}

export interface Hold extends AsyncDisposable {
  /** somebody was to overwrite it before, and didn't end that */
  readonly incomplete: boolean
  note(change: Partial<Omit<HoldNote, 'volume'>>): Promise<void>
  /** The volume is not whole from here on: that stays known, whatever happens, until `forgetNote`. */
  leaveNote(): void
  forgetNote(): void
}

export type VolumeHappening =
  /** names of containers that stand still from here on */
  | {type: 'paused'; containers: readonly string[]}
  | {type: 'resumed'; containers: readonly string[]; pausedMs: number}
  | ({type: 'progress'; doing: 'snapshot' | 'backup' | 'restore' | 'clone' | 'seed'} & CopyProgress)
  /** names of containers that were taken away, for others to take their place */
  | {type: 'stopped'; containers: readonly string[]}
  | {type: 'started'; containers: readonly string[]}
  | {type: 'warning'; message: string}

/** What work on volumes is done with. `engine` is one that waits for no such work. */
export interface VolumesAt {
  id: EnvironmentId
  engine: Engine
  clock: Clock
  hold(note: HoldNote, signal: AbortSignal): Promise<Hold>
  /** whether somebody brings back what is taken away: an `imm dev`, or the keeper */
  lookedAfter: (instance: Instance, signal: AbortSignal) => Promise<boolean>
  tell: (happening: VolumeHappening) => void
}

export const progressOf =
  (doing: Extract<VolumeHappening, {type: 'progress'}>['doing'], {tell}: Pick<VolumesAt, 'tell'>) =>
  (now: CopyProgress): void =>
    tell({type: 'progress', doing, ...now})
