import type {LogLine, LogOptions} from '../../../src/lifecycle/ports.ts'
import {EventQueue} from './event-queue.ts'

/** What a container printed, for readers that come at any time. */
export class Printed {
  readonly #lines: LogLine[] = []
  readonly #followers = new Set<EventQueue<LogLine>>()
  #ended = false

  add(line: LogLine): void {
    this.#lines.push(line)
    for (const follower of this.#followers) follower.push(line)
  }

  end(): void {
    this.#ended = true
    for (const follower of this.#followers) follower.end()
  }

  /** Its container was started again. */
  resume(): void {
    this.#ended = false
    this.#followers.clear()
  }

  async *read({follow, tail, sinceMs}: LogOptions, signal: AbortSignal): AsyncGenerator<LogLine, void, undefined> {
    const queue = new EventQueue<LogLine>()
    const wanted = this.#lines.filter(({timeMs}) => sinceMs === undefined || timeMs > sinceMs)
    for (const line of tail === undefined ? wanted : wanted.slice(wanted.length - Math.min(tail, wanted.length)))
      queue.push(line)
    if (follow && !this.#ended) this.#followers.add(queue)
    else queue.end()
    try {
      yield* queue.read(signal)
    } finally {
      this.#followers.delete(queue)
    }
  }
}
