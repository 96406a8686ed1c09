import type {LifecycleEvent} from '../lifecycle/events.ts'
import type {ServeEvent} from '../preview/serve/events.ts'
import {jsonLine} from './json-line.ts'
import {jsonProgress} from './progress/json.ts'
import {plainProgress} from './progress/plain.ts'
import {serveText} from './serve-text.ts'

export interface ServeView extends AsyncDisposable {
  serve: (event: ServeEvent) => void
  /** of one preview among many */
  lifecycle: (event: LifecycleEvent) => void
}

/** What `imm preview serve` shows: what becomes of each preview, and with --verbose or --json every step on the way. */
export const serveView = ({json, verbose}: {json: boolean; verbose: boolean}): ServeView => {
  const view = json
    ? jsonProgress(process.stdout, process.stderr, verbose)
    : plainProgress(process.stdout, verbose, true)
  view.logs = false
  return {
    serve(event) {
      if (json) process.stdout.write(jsonLine({...event, time: new Date().toISOString()}))
      else process.stdout.write(`${serveText(event, process.stdout)}\n`)
    },
    lifecycle(event) {
      if (json || verbose || event.type === 'warning') view.event(event)
    },
    async [Symbol.asyncDispose]() {
      await view[Symbol.asyncDispose]()
    },
  }
}
