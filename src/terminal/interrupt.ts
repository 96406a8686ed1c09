import {Stopped} from '../lifecycle/stopped.ts'

/** Why a run of the command line ends before it is done. `reader-gone`: nobody reads the output any more (`| head -1`, a closed terminal). */
export type Interruption = 'signal' | 'reader-gone' | 'crash'

export interface Interruptible extends Disposable {
  /** aborted by the first SIGINT, SIGTERM or SIGHUP, or when the output has no reader; the reason is a `Stopped` */
  readonly signal: AbortSignal
  /** aborted by a second Ctrl-C: what still runs should end at once */
  readonly hurry: AbortSignal
  /** what aborted `signal`; the first cause wins */
  readonly cause: Interruption | undefined
  interrupt(cause: Interruption): void
}

/** npm passes on a Ctrl-C that the terminal has already sent to the whole group: two so close together are one. */
const sameKeyPressMs = 200

/** Turns the signals of this process into abort signals until it is disposed. */
export const interruptible = (): Interruptible => {
  const stop = new AbortController()
  const hurry = new AbortController()
  let cause: Interruption | undefined
  let lastKeyPressMs = -Infinity

  const interrupt = (by: Interruption) => {
    cause ??= by
    stop.abort(new Stopped({kind: 'quit'}))
  }
  const onSignal = () => interrupt('signal')
  const onKeyPress = () => {
    const now = performance.now()
    if (now - lastKeyPressMs < sameKeyPressMs) return
    lastKeyPressMs = now
    if (!stop.signal.aborted) interrupt('signal')
    else if (!hurry.signal.aborted) hurry.abort(new Stopped({kind: 'quit'}))
    else {
      // Asked three times: whatever hangs must not keep the terminal. The default action ends the process.
      listening[Symbol.dispose]()
      process.kill(process.pid, 'SIGINT')
    }
  }
  const listening = {
    signal: stop.signal,
    hurry: hurry.signal,
    get cause() {
      return cause
    },
    interrupt,
    [Symbol.dispose]: () => {
      process.off('SIGINT', onKeyPress)
      process.off('SIGTERM', onSignal)
      process.off('SIGHUP', onSignal)
    },
  }
  process.on('SIGINT', onKeyPress)
  process.on('SIGTERM', onSignal)
  process.on('SIGHUP', onSignal)
  return listening
}
