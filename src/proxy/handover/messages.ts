import type {Target} from '../../lifecycle/ports.ts'
import type {AppId} from '../../release/identity.ts'
import type {WireError} from '../../socket/wire.ts'
import type {DaemonProgram} from '../spawn-daemon.ts'

/** Of `POST /handover` and of what the two processes then tell each other. It stays as it is, whatever becomes of the other paths. */
export const handoverVersion = 1

/** What a newer imm asks of the running proxy: to start this program as its successor. */
export interface HandoverOrder extends DaemonProgram {
  version: number
}

/** The answer, once the successor serves. */
export interface HandoverDone {
  pid: number
  /** of the successor's imm */
  version: string
}

/** A listening socket, by where it listens. */
export interface Place {
  host: string
  port: number
}

/** By IPC. `listener` comes with the socket, or without one where the predecessor doesn't listen there. */
export type ToSuccessor =
  | {go: {port: number}}
  | {listener: Place}
  | {drained: {id: number; drainMs: number; cut: number}}

export type FromSuccessor =
  | {ready: {version: string}}
  | {want: Place}
  | {started: true}
  | WireError
  | {drain: {id: number; app: AppId; target: Target; drainMs: number}}
