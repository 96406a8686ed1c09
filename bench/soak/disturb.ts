import {setTimeout as sleep} from 'node:timers/promises'

import type {Deployment} from './deployment.ts'
import type {Journal} from './journal.ts'
import type {SoakProxy} from './proxy.ts'

export interface Disturbed {
  deployment: Deployment
  proxy: SoakProxy
  journal: Journal
  signal: AbortSignal
}

const everyMs = 1000
const killEvery = 6
const restartEvery = 4
/** On a machine that is too busy for one a second: each kind has its turn all the same. */
const leastTurns = killEvery

/** A flip every second, now and then a killed application, and, with `restarts`, a proxy that is killed, stopped and started by turns. */
export const disturb = async (disturbed: Disturbed, forMs: number, restarts: boolean): Promise<void> => {
  const {deployment, journal, signal} = disturbed
  const untilMs = journal.now() + forMs
  for (let count = 1; count <= leastTurns || journal.now() < untilMs; count++) {
    const nextMs = journal.now() + everyMs
    if (restarts && count % restartEvery === 2) await restart(disturbed, Math.floor(count / restartEvery))
    else if (count % killEvery === 0) await deployment.replaceKilled(signal)
    else await deployment.flip(signal)
    await sleep(Math.max(0, nextMs - journal.now()), undefined, {signal})
  }
}

const stopDrainMs = 2000
const ways = ['proxy handed over', 'proxy killed', 'proxy restarted'] as const

const restart = async ({proxy, journal, signal}: Disturbed, turn: number): Promise<void> => {
  const {client} = proxy
  const pid = await proxy.pid()
  const way = ways[turn % ways.length] ?? 'proxy killed'
  const happening = journal.began(way, String(pid))
  if (way === 'proxy handed over') await client.replace(signal)
  else {
    if (way === 'proxy killed') await proxy.kill()
    else await client.stop(stopDrainMs, signal)
    while ((await proxy.processes()).includes(pid)) await sleep(20, undefined, {signal})
    await client.restart(signal)
  }
  journal.ended(happening)
}
