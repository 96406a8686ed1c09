import {get} from 'node:http'
import {setTimeout as sleep} from 'node:timers/promises'

import {until} from './until.ts'

export interface SteadyReport {
  served: number
  /** no answer at all: refused, reset, cut */
  failed: number
  statuses: ReadonlySet<number>
  releases: ReadonlySet<string>
}

export interface SteadyLoad extends AsyncDisposable {
  /** Resolves after so many more answers. */
  served(count: number): Promise<void>
  failedAtLeastOnce(): Promise<void>
  stop(): Promise<SteadyReport>
}

const pauseMs = 10

/** One request after the other, each on a new connection, until it is stopped. */
export const steadyRequests = ({origin, host}: {origin: string; host: string}) => {
  const once = async (): Promise<{status: number; release: string}> =>
    new Promise((resolve, reject) => {
      get(origin, {headers: {host}, agent: false}, (response) => {
        response.on('error', reject).on('end', () => {
          resolve({status: response.statusCode ?? 0, release: String(response.headers['x-imm-release'])})
        })
        response.resume()
      }).on('error', reject)
    })
  const start = (): SteadyLoad => {
    const report = {served: 0, failed: 0, statuses: new Set<number>(), releases: new Set<string>()}
    const over = new AbortController()
    const asking = (async () => {
      while (!over.signal.aborted) {
        try {
          const {status, release} = await once()
          report.served += 1
          report.statuses.add(status)
          report.releases.add(release)
        } catch {
          report.failed += 1
        }
        await sleep(pauseMs)
      }
    })()
    const stop = async () => {
      over.abort()
      await asking
      return report
    }
    return {
      async served(count) {
        const target = report.served + count
        await until(async () => report.served >= target)
      },
      failedAtLeastOnce: async () => until(async () => report.failed > 0),
      stop,
      [Symbol.asyncDispose]: async () => void (await stop()),
    }
  }
  return {once, start}
}
