import {readFile} from 'node:fs/promises'
import {setTimeout as sleep} from 'node:timers/promises'

import {isSystemError} from '../socket/system-error.ts'
import {entryOf} from './chain.ts'
import type {Entry} from './entry.ts'
import {endedFiles, type Place} from './files.ts'
import {linesOf} from './lines.ts'

/** A file of a ledger as it is on the disk. */
export interface LedgerFile {
  /** absolute */
  path: string
  lines: readonly Buffer[]
  /** what comes after the last line break */
  rest: Buffer
}

const looks = 5
const pauseMs = 20

/** All kept files, oldest first; empty where there is no ledger. What is being written while it is read is waited for. */
export const readFiles = async (place: Place, signal: AbortSignal): Promise<LedgerFile[]> => {
  for (let look = 1; ; look++) {
    const ended = await endedFiles(place)
    const files = (await Promise.all([...ended, place.current].map(async (file) => readOne(file, signal)))).flat()
    const isWhole = (files.at(-1)?.rest.length ?? 0) === 0
    const isSame = (await endedFiles(place)).join('\n') === ended.join('\n')
    if (look === looks || (isWhole && isSame)) return files
    await sleep(pauseMs, undefined, {signal})
  }
}

/** Entries that are as they were written, oldest first. */
export const readEntries = async (place: Place, signal: AbortSignal): Promise<Entry[]> =>
  (await readFiles(place, signal)).flatMap(({lines, rest}) => [...lines, rest].flatMap((line) => entryOf(line) ?? []))

const readOne = async (file: string, signal: AbortSignal): Promise<LedgerFile[]> => {
  try {
    return [{path: file, ...linesOf(await readFile(file, {signal}))}]
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return []
    throw error
  }
}
