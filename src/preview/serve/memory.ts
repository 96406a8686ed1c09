import {readFile} from 'node:fs/promises'

import {z} from 'zod'

import type {Brought} from '../situation.ts'
import type {PullState} from '../wanted.ts'
import {writeWhole} from '../write-whole.ts'

/** What serve can't read from git nor from the previews. For one process at a time. */
export interface ServeMemory {
  readonly brought: ReadonlyMap<string, Brought>
  readonly pulls: ReadonlyMap<number, PullState>
  /** undefined: forgets it */
  noteBrought(ref: string, brought: Brought | undefined): Promise<void>
  /** False where something newer is known of it already. */
  notePull(number: number, pull: PullState): Promise<boolean>
}

const stored = z.object({
  brought: z.record(
    z.string(),
    z.object({commit: z.string(), settings: z.string(), usedMs: z.number(), byHand: z.literal(true).optional()}),
  ),
  pulls: z.record(
    z.string().regex(/^\d+$/),
    z.object({state: z.enum(['open', 'closed']), branch: z.string().optional(), atMs: z.number()}),
  ),
})

/** Of a file that makes no sense nothing is known: the previews are taken up as they are. */
export const openMemory = async (file: string, signal: AbortSignal): Promise<ServeMemory> => {
  signal.throwIfAborted()
  const text = await readFile(file, 'utf8').catch(() => '')
  const {data} = stored.safeParse(parsed(text))
  const brought = new Map(Object.entries(data?.brought ?? {}))
  const pulls = new Map(
    Object.entries(data?.pulls ?? {}).map(([number, pull]): [number, PullState] => [
      Number(number),
      {...pull, branch: pull.branch},
    ]),
  )
  let last: Promise<void> = Promise.resolve()
  const write = async () =>
    writeWhole(file, JSON.stringify({brought: Object.fromEntries(brought), pulls: Object.fromEntries(pulls)}))
  const save = async () => (last = last.then(write, write))
  return {
    brought,
    pulls,
    async noteBrought(ref, one) {
      if (one) brought.set(ref, one)
      else if (!brought.delete(ref)) return
      await save()
    },
    async notePull(number, pull) {
      const known = pulls.get(number)
      if (known && known.atMs > pull.atMs) return false
      pulls.set(number, pull)
      await save()
      return true
    },
  }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
