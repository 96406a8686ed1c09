/** Why a run was stopped before its end. */
export type StopCause = {kind: 'superseded'; by: number} | {kind: 'quit'} | {kind: 'woken'}

/** The reason of an aborted signal: control flow only, never shown. */
export class Stopped extends Error {
  override readonly name = 'Stopped'
  readonly stopCause: StopCause

  constructor(stopCause: StopCause) {
    super(stopCause.kind)
    this.stopCause = stopCause
  }
}

export const isStopped = (error: unknown): error is Stopped => error instanceof Stopped
