import {get} from 'node:http'
import {setTimeout as sleep} from 'node:timers/promises'

import {until} from './until.ts'

export interface MeasuredAnswer {
  /** its client's number */
  client: number
  /** by performance.now() */
  startMs: number
  endMs: number
  /** 0: no answer at all */
  status: number
  release: string
}

export interface MeasuredLoad extends AsyncDisposable {
  /** oldest first, by their ends */
  readonly answers: readonly MeasuredAnswer[]
  /** The first that matches. */
  first(matches: (answer: MeasuredAnswer) => boolean): Promise<MeasuredAnswer>
  /** Each client has begun a request and had its answer from here on. */
  round(): Promise<void>
  stop(): Promise<void>
}

const pauseMs = 5

/** Some clients, each with one request after the other on a new connection. */
export const measuredLoad = ({origin, host}: {origin: string; host: string}, clients: number): MeasuredLoad => {
  const answers: MeasuredAnswer[] = []
  const over = new AbortController()
  const once = async (client: number): Promise<MeasuredAnswer> => {
    const startMs = performance.now()
    const answer = (status: number, release: string) => ({client, startMs, endMs: performance.now(), status, release})
    return new Promise((resolve) => {
      const request = get(origin, {headers: {host}, agent: false}, (response) => {
        response.on('error', () => resolve(answer(0, '')))
        response.on('end', () => resolve(answer(response.statusCode ?? 0, String(response.headers['x-imm-release']))))
        response.resume()
      })
      request.on('error', () => resolve(answer(0, '')))
    })
  }
  const ask = async (client: number) => {
    while (!over.signal.aborted) {
      answers.push(await once(client))
      await sleep(pauseMs)
    }
  }
  const asking = Array.from({length: clients}, async (_, client) => ask(client))
  const stop = async () => {
    over.abort()
    await Promise.all(asking)
  }
  return {
    answers,
    async first(matches) {
      await until(async () => answers.some(matches))
      return answers.find(matches) as MeasuredAnswer
    },
    async round() {
      const fromMs = performance.now()
      const served = () => new Set(answers.filter(({startMs}) => startMs > fromMs).map(({client}) => client))
      await until(async () => served().size === clients)
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN
