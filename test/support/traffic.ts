import {Agent} from 'node:http'

import {releaseNumber} from '../../src/release/identity.ts'
import {request, type Answer, type Ask} from './traffic-request.ts'

export interface TrafficReport {
  sent: number
  /** why, each */
  failures: readonly string[]
  /** per release, how often it gave which answer */
  answers: ReadonlyMap<string, ReadonlyMap<string, number>>
}

export interface TrafficOptions extends Pick<Ask, 'origin' | 'host'> {
  perSecond: number
  /** number of the release that is known to be live: nothing that is asked from then on may come from an older one */
  live: () => number
}

/** Requests at a steady pace, every other one on a connection of its own, the rest on kept ones. `end` waits for all answers. */
export const startTraffic = ({
  origin,
  host,
  perSecond,
  live,
}: TrafficOptions): AsyncDisposable & Pick<TrafficReport, 'answers'> & {readonly end: () => Promise<TrafficReport>} => {
  const kept = new Agent({keepAlive: true, maxSockets: 8})
  const answers = new Map<string, Map<string, number>>()
  const failures: string[] = []
  const underWay = new Set<Promise<void>>()
  let sent = 0

  const note = ({status, release, body}: Answer, oldest: number): void => {
    if (status !== 200) throw new Error(`status ${status}: ${body}`)
    if ((releaseNumber(release) ?? 0) < oldest) throw new Error(`answered by ${release} when r${oldest} was live`)
    const bodies = answers.get(release) ?? new Map<string, number>()
    answers.set(release, bodies.set(body, (bodies.get(body) ?? 0) + 1))
  }
  const ask = async (keepAlive: boolean): Promise<void> => {
    const oldest = live()
    try {
      note(await request({origin, host, ...(keepAlive ? {agent: kept} : {})}), oldest)
    } catch (error) {
      failures.push(`${new Date().toISOString()} ${keepAlive ? 'kept' : 'new'} connection: ${String(error)}`)
    }
  }

  // Paced by the clock, not by the timer: what a busy machine delays is made up for.
  const beganMs = performance.now()
  const timer = setInterval(() => {
    const due = ((performance.now() - beganMs) / 1000) * perSecond
    for (; sent < due; sent++) {
      const one = ask(sent % 2 === 0).finally(() => underWay.delete(one))
      underWay.add(one)
    }
  }, 5)

  const end = async (): Promise<TrafficReport> => {
    clearInterval(timer)
    await Promise.all(underWay)
    kept.destroy()
    return {sent, failures, answers}
  }
  // A test that fails must not go on asking: its process would never end.
  return {answers, end, [Symbol.asyncDispose]: async () => void (await end())}
}
