import path from 'node:path'
import {Worker} from 'node:worker_threads'

import type {Target} from '../lifecycle/ports.ts'
import type {Log} from '../proxy/log.ts'
import type {Proof} from '../proxy/restored.ts'
import {routeId} from '../proxy/routes.ts'
import type {AppId} from '../release/identity.ts'
import type {StatePaths} from '../state/paths.ts'
import type {RestEnd, RestWork} from './preview/rest-work.ts'

/** What the thread is told. */
export type ToThread =
  | {keep: AppId}
  | {leave: AppId}
  | {prove: {id: number; target: Target}}
  | {rest: {id: number; work: RestWork}}
  | {rebuild: true}
/** What it answers: an environment is no longer kept, with nothing under way there; or a line for the log. */
export type FromThread =
  | {left: AppId}
  | {log: string}
  | {proved: {id: number; proof: Proof}}
  | {rested: {id: number; end: RestEnd}}
  | {rebuilt: true}

/** The thread that keeps environments. */
export interface KeeperThread extends AsyncDisposable {
  readonly ended: boolean
  /** Resolves when the environment is no longer kept; `failed`: because the thread is gone. */
  keep(app: AppId, signal: AbortSignal): Promise<'left' | 'failed'>
  prove(target: Target): Promise<Proof>
  /** Puts an environment to rest, or wakes it. */
  rest(work: RestWork): Promise<RestEnd>
  rebuild(): Promise<void>
}

const threadGone: RestEnd = {failure: {message: 'the keeper ended', output: []}}

/** Unbuilt it is a .ts file beside this one, in dist a .js file. */
const file = new URL(`./keeper-main${path.extname(import.meta.filename)}`, import.meta.url)

export const keeperThread = (paths: StatePaths, log: Log): KeeperThread => {
  const worker = new Worker(file, {workerData: paths})
  const waiting = new Map<string, (end: 'left' | 'failed') => void>()
  const proving = new Map<number, (proof: Proof) => void>()
  const {promise: rebuilt, resolve: hasRebuilt} = Promise.withResolvers<void>()
  const resting = new Map<number, (end: RestEnd) => void>()
  let count = 0
  let ended = false
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
  const tell = (message: ToThread): void => worker.postMessage(message)
  worker.on('message', (message: FromThread) => {
    if ('log' in message) log(message.log)
    else if ('left' in message) waiting.get(routeId(message.left))?.('left')
    else if ('rebuilt' in message) hasRebuilt()
    else if ('rested' in message) {
      resting.get(message.rested.id)?.(message.rested.end)
      resting.delete(message.rested.id)
    } else {
      proving.get(message.proved.id)?.(message.proved.proof)
      proving.delete(message.proved.id)
    }
  })
  worker.on('error', (error) => log(`bug in the keeper: ${error instanceof Error ? error.stack : String(error)}`))
  worker.once('exit', () => {
    ended = true
    for (const end of waiting.values()) end('failed')
    for (const settle of proving.values()) settle('unsure')
    for (const settle of resting.values()) settle(threadGone)
    hasRebuilt()
  })
  return {
    get ended() {
      return ended
    },
    async keep(app, signal) {
      if (ended) return 'failed'
      const {promise, resolve} = Promise.withResolvers<'left' | 'failed'>()
      const onAbort = (): void => tell({leave: app})
      waiting.set(routeId(app), resolve)
      tell({keep: app})
      signal.addEventListener('abort', onAbort, {once: true})
      if (signal.aborted) onAbort()
      try {
        return await promise
      } finally {
        signal.removeEventListener('abort', onAbort)
        waiting.delete(routeId(app))
      }
    },
    async prove(target) {
      if (ended) return 'unsure'
      const {promise, resolve} = Promise.withResolvers<Proof>()
      const id = ++count
      proving.set(id, resolve)
      tell({prove: {id, target}})
      return promise
    },
    async rest(work) {
      if (ended) return threadGone
      const {promise, resolve} = Promise.withResolvers<RestEnd>()
      const id = ++count
      resting.set(id, resolve)
      tell({rest: {id, work}})
      return promise
    },
    async rebuild() {
      if (ended) return
      tell({rebuild: true})
      await rebuilt
    },
    async [Symbol.asyncDispose]() {
      if (!ended) await worker.terminate()
    },
  }
}
