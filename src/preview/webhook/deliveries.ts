import {createHash} from 'node:crypto'
import {appendFile, readFile} from 'node:fs/promises'

import {writeWhole} from '../write-whole.ts'

/** What was received before, also by the processes before this one. */
export interface Deliveries {
  /**
   * Takes a delivery in, once; false where that was done before, or is being done. Only what was taken in is remembered: what failed, or
   * was cut off by the end of the process, can be sent again.
   */
  once(id: string, body: Buffer, takeIn: () => Promise<void>): Promise<boolean>
}

// Some weeks of a busy repository; older ones are refused by the time that is in them.
const most = 10_000

/**
 * Remembers deliveries in a file, a line each. The id is not signed, so the body counts as well: who has heard a delivery could send it
 * again under another id. For one process at a time.
 */
export const openDeliveries = async (file: string, signal: AbortSignal): Promise<Deliveries> => {
  signal.throwIfAborted()
  const text = await readFile(file, 'utf8').catch(() => '')
  const lines = text
    .split('\n')
    .filter((line) => /^[0-9a-f]{64}$/.test(line))
    .slice(-2 * most)
  const known = new Set(lines)
  // A line that a killed process left half would swallow the next one.
  await writeWhole(file, asText(lines))
  const forget = async () => {
    const kept = [...known].slice(-most)
    known.clear()
    for (const line of kept) known.add(line)
    await writeWhole(file, asText(kept))
  }
  return {
    async once(id, body, takeIn) {
      const names = [digest('id', id), digest('body', body)]
      if (names.some((name) => known.has(name))) return false
      for (const name of names) known.add(name)
      try {
        await takeIn()
        await appendFile(file, asText(names), {mode: 0o600})
      } catch (error) {
        for (const name of names) known.delete(name)
        throw error
      }
      if (known.size > 2 * most) await forget()
      return true
    },
  }
}

const digest = (what: string, value: string | Buffer): string =>
  createHash('sha256').update(`${what}\0`).update(value).digest('hex')

const asText = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('')
