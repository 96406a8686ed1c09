import {mkdir, open, rename, rm, type FileHandle} from 'node:fs/promises'
import path from 'node:path'

import {lineOf} from './chain.ts'
import type {Draft} from './entry.ts'
import {endedFiles, syncDirectory, type Place} from './files.ts'
import {lockLedger} from './lock.ts'
import {readTail, type Tail} from './tail.ts'

export interface Limits {
  /** a file of so many bytes is ended, and another begun */
  fileBytes: number
  /** ended files that are kept */
  endedFiles: number
}

/** A save takes some 4 kB: 7,000 of them are kept. */
export const defaultLimits: Limits = {fileBytes: 8 * 1024 * 1024, endedFiles: 3}

export interface Append {
  place: Place
  /** at least one */
  drafts: readonly Draft[]
  /** directory of sockets */
  runtime: string
  limits: Limits
}

/** Adds entries, in order and in one write; resolves when they are on the disk. `repaired`: bytes of a torn line that was taken out first. */
export const append = async (
  {place, drafts, runtime, limits}: Append,
  signal: AbortSignal,
): Promise<{repaired: number}> => {
  await mkdir(place.directory, {recursive: true, mode: 0o700})
  await using stack = new AsyncDisposableStack()
  stack.use(await lockLedger({directory: lockOf(place), runtime}, signal))
  const found = await readTail(place)
  const full = found.bytes >= limits.fileBytes && found.torn === 0
  const tail = full ? await beginFile(found, place, limits) : found
  const {torn} = tail
  const [first] = drafts
  const all: readonly Draft[] =
    torn > 0 && first ? [{type: 'repaired', bytes: torn, time: first.time, who: first.who}, ...drafts] : drafts
  {
    await using handle = await open(place.current, 'a', 0o600)
    await write(handle, textOf(all, tail), tail)
  }
  if (tail.bytes === 0) await syncDirectory(place.directory)
  return {repaired: torn}
}

const lockOf = ({directory, id}: Place): string => path.join(directory, `${id.app}.lock`)

const textOf = (drafts: readonly Draft[], {link: last, unbroken}: Tail): string => {
  let link = last
  const lines = drafts.map((draft) => {
    const next = lineOf(draft, link)
    ;({link} = next)
    return next.line
  })
  return (unbroken ? '\n' : '') + lines.join('')
}

const write = async (handle: FileHandle, text: string, {bytes, torn}: Tail): Promise<void> => {
  if (torn > 0) await handle.truncate(bytes)
  try {
    await handle.appendFile(text)
    await handle.datasync()
  } catch (error) {
    // A full disk takes a part of it; truncating needs no space. What is left is found torn by the next one.
    await handle.truncate(bytes).catch(() => undefined)
    throw error
  }
}

/** Ends the file, and lets go of the oldest. The chain goes on: the first entry of the next file carries the last hash of this one. */
const beginFile = async (tail: Tail, place: Place, limits: Limits): Promise<Tail> => {
  if (tail.unbroken) {
    await using handle = await open(place.current, 'a')
    await handle.appendFile('\n')
    await handle.datasync()
  }
  await rename(place.current, place.ended(tail.link.seq))
  const ended = await endedFiles(place)
  for (const file of ended.slice(0, Math.max(0, ended.length - limits.endedFiles))) await rm(file)
  return {link: tail.link, bytes: 0, torn: 0, unbroken: false}
}
