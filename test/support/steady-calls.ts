import {setTimeout as sleep} from 'node:timers/promises'

import {call, type Call, type Called} from './call.ts'
import {until} from './until.ts'

export interface SteadyCalls extends AsyncDisposable {
  /** oldest first */
  readonly answers: readonly Called[]
  /** Resolves after so many more answers. */
  served(count: number): Promise<void>
  /** Resolves at an answer, from here on, that matches. */
  answered(matches: (answer: Called) => boolean): Promise<void>
  /** Answers of which the status is not the one that was asked for, and what there was instead of answers. */
  failures(): string[]
  /** Ends after the request that is on its way. */
  stop(): Promise<void>
}

const pauseMs = 10

/** One call after the other, each on a new connection, until it is stopped. */
export const steadyCalls = (one: Call, expected = one.method === 'POST' ? 201 : 200): SteadyCalls => {
  const answers: Called[] = []
  const none: string[] = []
  const over = new AbortController()
  const asking = (async () => {
    while (!over.signal.aborted) {
      try {
        answers.push(await call(one))
      } catch (error) {
        none.push(String(error))
      }
      await sleep(pauseMs)
    }
  })()
  const stop = async () => {
    over.abort()
    await asking
  }
  return {
    answers,
    async served(count) {
      const target = answers.length + count
      await until(async () => answers.length >= target)
    },
    async answered(matches) {
      const from = answers.length
      await until(async () => answers.slice(from).some(matches))
    },
    failures: () => [
      ...none,
      ...answers.filter(({status}) => status !== expected).map(({status, body}) => `${status}: ${body}`),
    ],
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
