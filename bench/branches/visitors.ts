import {setTimeout as sleep} from 'node:timers/promises'

import {call} from '../../test/support/call.ts'

export interface Visitors extends AsyncDisposable {
  readonly report: VisitorsReport
  /** Somebody asks for this preview from now on. */
  come(name: string, url: string): void
  /** Resolves once the last answer is there. */
  leave(name: string): Promise<void>
  /** The proxy is killed: until the first answer after it, nobody has to get one. Resolves with how long that was. */
  without(kill: () => void): Promise<number>
}

export interface VisitorsReport {
  answers: number
  failures: string[]
  /** while there was no proxy */
  refused: number
}

const pauseMs = 250

/** One who asks for each preview that is there, again and again; what an answer must be, `isRight` says. */
export const visitors = (isRight: (name: string, body: string) => boolean): Visitors => {
  const report: VisitorsReport = {answers: 0, failures: [], refused: 0}
  const here = new Map<string, {stop: AbortController; done: Promise<void>}>()
  let outage: {over: () => void} | undefined
  let outageEndedMs = -Infinity

  const ask = async (name: string, url: string): Promise<void> => {
    const {host, port} = new URL(url)
    const startedMs = performance.now()
    const failed = (what: string): void => {
      if (outage || startedMs < outageEndedMs) report.refused++
      else report.failures.push(`${new Date().toISOString()} ${name} (${host}): ${what}`)
    }
    try {
      const {status, body} = await call({origin: `http://127.0.0.1:${port}`, host})
      if (status !== 200) return failed(`${status} ${body.slice(0, 200)}`)
      if (!isRight(name, body.trim())) return failed(`answered ${body.slice(0, 200)}`)
      report.answers++
      outage?.over()
    } catch (error) {
      failed(String(error))
    }
  }
  const leave = async (name: string): Promise<void> => {
    const one = here.get(name)
    here.delete(name)
    one?.stop.abort()
    await one?.done
  }
  return {
    report,
    come(name, url) {
      if (here.has(name)) return
      const stop = new AbortController()
      const done = (async () => {
        while (!stop.signal.aborted) {
          await ask(name, url)
          await sleep(pauseMs, undefined, {signal: stop.signal}).catch(() => undefined)
        }
      })()
      here.set(name, {stop, done})
    },
    leave,
    async without(kill) {
      const startedMs = performance.now()
      await new Promise<void>((resolve) => {
        outage = {over: resolve}
        kill()
      })
      outage = undefined
      outageEndedMs = performance.now()
      return outageEndedMs - startedMs
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...here.keys()].map(async (name) => leave(name)))
    },
  }
}
