import {setTimeout as sleep} from 'node:timers/promises'

import type {Keeper, KeptRoutes} from '../proxy/keeper.ts'
import {routeId} from '../proxy/routes.ts'
import type {DaemonKeeping} from '../proxy/run-daemon.ts'
import type {AppId} from '../release/identity.ts'
import {sessionGone} from '../session/gone.ts'
import {keeperThread, type KeeperThread} from './keeper-thread.ts'
import {createRests} from './preview/rests.ts'

// A thread that ended by a mistake of imm's is not started in a tight loop.
const retryMs = 5000
const leaveTimeoutMs = 5000
const wakeTimeoutMs = 30_000

interface Minded {
  over: AbortController
  done: Promise<void>
}

/**
 * Minds environments by waiting for the process that holds each to end. What needs an engine runs in a thread of its own, which is there only
 * while something is kept: reading what an engine says must not cost a request its latency, nor a mistake there the proxy.
 */
export const createKeeper = ({paths, log}: DaemonKeeping, proxy: KeptRoutes): Keeper => {
  const minded = new Map<string, Minded>()
  let thread: KeeperThread | undefined
  let inUse = 0

  const inThread = async <T>(work: (thread: KeeperThread) => Promise<T>): Promise<T> => {
    thread ??= keeperThread(paths, log)
    const mine = thread
    inUse += 1
    try {
      return await work(mine)
    } finally {
      inUse -= 1
      if (thread === mine && (inUse === 0 || mine.ended)) thread = undefined
      if (thread !== mine) await mine[Symbol.asyncDispose]()
    }
  }

  const mindOne = async (app: AppId, signal: AbortSignal): Promise<void> => {
    for (;;) {
      await sessionGone(paths.runtime, app, signal)
      const state = proxy.state(app)
      // Nothing had the traffic yet: whoever has it live for the first time opens the route again.
      if (!state || state.generation === 0) return
      rests.soon()
      // What rests is woken by the first request.
      if (state.asleep) return
      if ((await inThread(async (keeping) => keeping.keep(app, signal))) === 'left') return
      await sleep(retryMs, undefined, {signal})
    }
  }

  const leave = async (id: string): Promise<void> => {
    const one = minded.get(id)
    if (!one) return
    minded.delete(id)
    one.over.abort()
    // An engine that hangs must not keep whoever takes over: what is left then carries labels, and is removed by them.
    await Promise.race([one.done, sleep(leaveTimeoutMs, undefined, {ref: false})])
  }

  const mind = (app: AppId): void => {
    const id = routeId(app)
    minded.get(id)?.over.abort()
    const over = new AbortController()
    const done = mindOne(app, over.signal).catch((error: unknown) => {
      if (!over.signal.aborted) log(`bug: ${error instanceof Error ? error.stack : String(error)}`)
    })
    minded.set(id, {over, done})
  }
  const rests = createRests({proxy, paths, log, inThread, mind, leave: async (app) => leave(routeId(app))})

  return {
    mind,
    async leave(app, why) {
      // Whoever takes it over finds it as it is when it is awake; not woken in time, it is theirs to bring up.
      if (why === 'over' && proxy.state(app)?.asleep)
        await Promise.race([rests.rest(app, 'awake'), sleep(wakeTimeoutMs, undefined, {ref: false})])
      await Promise.race([rests.settled(app), sleep(leaveTimeoutMs, undefined, {ref: false})])
      if (why === 'away') rests.gone(app)
      await leave(routeId(app))
    },
    prove: async (target) => inThread(async (proving) => proving.prove(target)),
    rebuild: async () => inThread(async (rebuilding) => rebuilding.rebuild()),
    wake: (id) => rests.wake(id),
    rest: async (id, to) => rests.rest(id, to),
    async [Symbol.asyncDispose]() {
      await Promise.race([rests.pauseLooking(), sleep(leaveTimeoutMs, undefined, {ref: false})])
      await Promise.all([...minded.keys()].map(leave))
    },
  }
}
