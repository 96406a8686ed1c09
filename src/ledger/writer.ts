import {append, type Limits} from './append.ts'
import type {Content, Draft, Writer} from './entry.ts'
import type {Place} from './files.ts'

/** Writes a ledger behind what it tells of. Disposing resolves when everything is on the disk, or can't be. */
export interface LedgerWriter extends AsyncDisposable {
  /** Never waits and never fails. */
  record(content: Content): void
}

export interface WriterOptions {
  place: Place
  /** directory of sockets */
  runtime: string
  who: Writer
  limits: Limits
  /** told once per kind, for people */
  onTrouble: (message: string) => void
}

// Entries that come together share a lock and an fsync.
const gatherMs = 100
// What decides is written at once: whoever kills imm right after it must find it here. Nothing waits for the disk at that moment any more.
const decisive = new Set<Content['type']>(['live', 'rejected', 'reverted', 'died', 'down'])
const waitMs = 5000
const mostWaiting = 1000

const now = () => new Date().toISOString()

/** Entries wait in memory and are written beside the work: what can't be written is tried again with the next, up to a number. */
export const openWriter = ({place, runtime, who, limits, onTrouble}: WriterOptions): LedgerWriter => {
  const waiting: Draft[] = []
  const said = new Set<string>()
  let lost = 0
  let writing: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined

  const say = (kind: string, message: string): void => {
    if (!said.has(kind)) onTrouble(message)
    said.add(kind)
  }
  const writeAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.slice()
      const gap: Draft[] = lost === 0 ? [] : [{type: 'lost', count: lost, time: now(), who}]
      const {repaired} = await append({place, drafts: [...gap, ...batch], runtime, limits}, AbortSignal.timeout(waitMs))
      waiting.splice(0, batch.length)
      lost = 0
      if (repaired > 0)
        say(
          'torn',
          `the last line of ${place.current} was torn: ${repaired} bytes were taken out, and an entry says so`,
        )
    }
  }
  const failed = (error: unknown): void => {
    const more = Math.max(0, waiting.length - mostWaiting)
    lost += more
    waiting.splice(0, more)
    const why = error instanceof Error ? error.message : String(error)
    say('failed', `the history can't be written to ${place.current}: ${why}; imm goes on without it`)
  }
  const start = (): void => {
    clearTimeout(timer)
    timer = undefined
    writing ??= writeAll()
      .catch(failed)
      .finally(() => (writing = undefined))
  }
  return {
    record(content) {
      waiting.push({time: now(), who, ...content})
      if (decisive.has(content.type)) start()
      else timer ??= setTimeout(start, gatherMs)
    },
    async [Symbol.asyncDispose]() {
      clearTimeout(timer)
      await writing
      // For what came while it was writing, and once more where that failed.
      start()
      await writing
    },
  }
}
