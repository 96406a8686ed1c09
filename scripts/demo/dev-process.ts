import {setTimeout as sleep} from 'node:timers/promises'

import type {LifecycleEvent} from '../../src/lifecycle/events.ts'
import {startImm} from './imm.ts'
import type {Workspace} from './workspace.ts'

const beginTimeoutMs = 10_000
const quitTimeoutMs = 30_000

/** A running `imm dev --json`, as its events tell. */
export interface DevProcess extends AsyncDisposable {
  /** all so far */
  readonly events: readonly LifecycleEvent[]
  /** The first event from index `from` on that fits, waited for up to `timeoutMs`. */
  until(
    fits: (event: LifecycleEvent) => boolean,
    from: number,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<LifecycleEvent>
}

/** `imm dev` ended, or did not say what it should have said in time. */
export class DevProblem extends Error {
  override readonly name = 'DevProblem'
}

export const startDev = (workspace: Workspace, onEvent: (event: LifecycleEvent) => void): DevProcess => {
  const events: LifecycleEvent[] = []
  const errors: string[] = []
  const state = {ended: false}
  let wake = Promise.withResolvers<void>()
  const changed = () => {
    wake.resolve()
    wake = Promise.withResolvers()
  }
  const child = startImm(['dev', '--json', '--verbose', '--no-logs'], workspace)
  const readEvents = async () => {
    for await (const line of child.iterable()) {
      const event = parse(line)
      if (!event) continue
      events.push(event)
      onEvent(event)
      changed()
    }
  }
  const readErrors = async () => {
    for await (const line of child.iterable({from: 'stderr'})) errors.push(line)
  }
  const untilOver = async () => {
    await Promise.allSettled([readEvents(), readErrors(), child])
    state.ended = true
    changed()
  }
  const over = untilOver()
  const begun = async () => {
    while (events.length === 0 && !state.ended) await wake.promise
  }

  return {
    events,
    async until(fits, from, timeoutMs, signal) {
      const late = AbortSignal.timeout(timeoutMs)
      for (let next = from; ;) {
        for (; next < events.length; next += 1) {
          const event = events[next]
          if (event && fits(event)) return event
        }
        if (state.ended) throw new DevProblem(`imm dev ended by itself:\n${errors.slice(-15).join('\n')}`)
        if (late.aborted)
          throw new DevProblem(
            `imm dev did not get there in ${timeoutMs / 1000} s; its last words:\n${lastWords(events, errors)}`,
          )
        const stop = AbortSignal.any([signal, late])
        await Promise.race([wake.promise, aborted(stop)])
        signal.throwIfAborted()
      }
    },
    async [Symbol.asyncDispose]() {
      const done = new AbortController()
      const within = (ms: number) => sleep(ms, undefined, {signal: done.signal}).catch(() => {})
      // Stopped before its first event it could leave a proxy behind that is still starting and not yet to be found.
      await Promise.race([begun(), within(beginTimeoutMs)])
      child.kill('SIGTERM')
      await Promise.race([over, within(quitTimeoutMs)])
      if (!state.ended) child.kill('SIGKILL')
      done.abort()
      await over
    },
  }
}

const aborted = async (signal: AbortSignal): Promise<void> => {
  if (signal.aborted) return
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), {once: true}))
}

const parse = (line: string): LifecycleEvent | undefined => {
  try {
    return JSON.parse(line) as LifecycleEvent
  } catch {
    return undefined
  }
}

const lastWords = (events: readonly LifecycleEvent[], errors: readonly string[]): string =>
  [...events.slice(-5).map((event) => JSON.stringify(event)), ...errors.slice(-10)].join('\n')
