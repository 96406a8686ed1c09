import {randomUUID} from 'node:crypto'
import {link, mkdir, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import path from 'node:path'

/**
 * A directory of numbered files of which the highest counts. Adding one is a link, which fails where the number is taken: two processes
 * never get the same number, a reader never sees half a file, and there is no lock that a killed process could leave behind.
 */
export interface Entry {
  number: number
  text: string
}

/** The highest entry; undefined where there is none. */
export const lastEntry = async (directory: string, signal: AbortSignal): Promise<Entry | undefined> => {
  for (;;) {
    signal.throwIfAborted()
    const number = await highest(directory)
    if (number === 0) return undefined
    try {
      return {number, text: await readFile(fileOf(directory, number), {encoding: 'utf8', signal})}
    } catch (error) {
      // A higher one was added, and this one pruned, between the two calls.
      if (!hasCode(error, 'ENOENT')) throw error
    }
  }
}

/** Adds an entry as the highest, and forgets the lower ones; false where the number is no longer above all others. */
export const addEntry = async (directory: string, {number, text}: Entry, signal: AbortSignal): Promise<boolean> => {
  signal.throwIfAborted()
  await mkdir(directory, {recursive: true, mode: 0o700})
  const draft = path.join(directory, `${randomUUID()}.draft`)
  try {
    await writeFile(draft, text, {flag: 'wx', mode: 0o600})
    await link(draft, fileOf(directory, number))
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  } finally {
    await rm(draft, {force: true})
  }
  // A number can be free because it was pruned. The highest never is, so a look after the link tells.
  if ((await highest(directory)) > number) {
    await rm(fileOf(directory, number), {force: true})
    return false
  }
  await prune(directory, number)
  return true
}

const entryName = /^(\d{1,15})\.json$/

const numbers = async (directory: string): Promise<number[]> => {
  try {
    return (await readdir(directory)).flatMap((name) => entryName.exec(name)?.[1] ?? []).map(Number)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return []
    throw error
  }
}

const highest = async (directory: string): Promise<number> => Math.max(0, ...(await numbers(directory)))

const prune = async (directory: string, below: number): Promise<void> => {
  const older = (await numbers(directory)).filter((number) => number < below)
  await Promise.all(older.map((number) => rm(fileOf(directory, number), {force: true})))
}

const fileOf = (directory: string, number: number): string => path.join(directory, `${number}.json`)

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code
