import {parentPort, workerData} from 'node:worker_threads'

import {Stopped} from '../lifecycle/stopped.ts'
import {routeId} from '../proxy/routes.ts'
import type {StatePaths} from '../state/paths.ts'
import {keepApp} from './keep-app.ts'
import type {FromThread, ToThread} from './keeper-thread.ts'
import {restWork} from './preview/rest-work.ts'
import {proveTarget} from './prove-target.ts'
import {rebuildAgain} from './rebuild-again.ts'
import {rebuildRoutes} from './rebuild-routes.ts'

/** The thread: keeps the environments that it is told of, each until it is told to leave it. */
const paths = workerData as StatePaths
const kept = new Map<string, AbortController>()
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
const answer = (message: FromThread): void => parentPort?.postMessage(message)

const rebuild = async (): Promise<void> => {
  const log = (text: string): void => answer({log: text})
  await rebuildAgain(async () => rebuildRoutes(paths, log), log)
  answer({rebuilt: true})
}

parentPort?.on('message', (message: ToThread) => {
  if ('leave' in message) return kept.get(routeId(message.leave))?.abort(new Stopped({kind: 'quit'}))
  if ('prove' in message) {
    const {id, target} = message.prove
    return void proveTarget(target, paths).then((proof) => answer({proved: {id, proof}}))
  }
  if ('rest' in message) {
    const {id, work} = message.rest
    return void restWork(work, paths, (text) => answer({log: text})).then((end) => answer({rested: {id, end}}))
  }
  if ('rebuild' in message) return void rebuild()
  const app = message.keep
  const over = new AbortController()
  kept.set(routeId(app), over)
  const log = (text: string): void => answer({log: `keeper of ${routeId(app)}: ${text}`})
  // A rejection ends the thread: the other side says so and begins again.
  void keepApp(app, paths, log, over.signal).finally(() => {
    kept.delete(routeId(app))
    answer({left: app})
  })
  return undefined
})
