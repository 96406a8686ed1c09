import type {LifecycleEvent} from '../../lifecycle/events.ts'
import {jsonLine} from '../json-line.ts'
import type {Progress, Screen} from './listener.ts'

const onlyVerbose = new Set<LifecycleEvent['type']>(['stage', 'step'])

/** One event, one line. */
export const jsonProgress = (stdout: Screen, stderr: Screen, verbose: boolean): Progress => ({
  logs: true,
  event(event) {
    if (event.type === 'log' && !this.logs) return
    if (verbose || !onlyVerbose.has(event.type)) stdout.write(jsonLine(event))
  },
  say(text) {
    stderr.write(`${text}\n`)
  },
  async [Symbol.asyncDispose]() {},
})
