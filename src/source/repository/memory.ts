import {mkdir, readFile, rename, rm, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {setTimeout} from 'node:timers/promises'

import {isSystemError} from '../../socket/system-error.ts'

/** What is remembered of a directory that was checked out. What is forgotten costs time, never what is in the directory. */
export interface Seen {
  /** digest of what decides how a file's content is written */
  filters: string
  /** files that were left as Git LFS pointers */
  pointers: readonly string[]
}

const nothing: Seen = {filters: '', pointers: []}

export const indexOf = (memory: string): string => path.join(memory, 'index')

export const readSeen = async (memory: string): Promise<Seen> => {
  try {
    const read: unknown = JSON.parse(await readFile(path.join(memory, 'seen.json'), 'utf8'))
    const {filters, pointers} = read as Partial<Record<keyof Seen, unknown>>
    return {
      filters: typeof filters === 'string' ? filters : '',
      pointers: texts(pointers),
    }
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError || isSystemError(error, 'ENOENT')) return nothing
    throw error
  }
}

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : []

export const writeSeen = async (memory: string, seen: Seen): Promise<void> => {
  const file = path.join(memory, 'seen.json')
  await writeFile(`${file}.new`, JSON.stringify(seen))
  await rename(`${file}.new`, file)
}

const processFile = (memory: string): string => path.join(memory, 'process')

const longestMs = 30_000

/** Begins to write: a git that outlived its imm (kill -9) is waited for, since it still writes, and the lock of one that died is removed. */
export const begin = async (memory: string, signal: AbortSignal): Promise<void> => {
  await mkdir(memory, {recursive: true, mode: 0o700})
  const left = Number(await readFile(processFile(memory), 'utf8').catch(() => ''))
  const untilMs = Date.now() + longestMs
  while (Date.now() < untilMs && (await isGit(left))) await setTimeout(20, undefined, {signal})
  await rm(`${indexOf(memory)}.lock`, {force: true})
}

export const noteProcess = async (memory: string, pid: number): Promise<void> => {
  await writeFile(processFile(memory), `${pid}`)
}

export const end = async (memory: string): Promise<void> => rm(processFile(memory), {force: true})

/** Where the system tells what a process is, one that got the number since is not waited for. */
const isGit = async (pid: number): Promise<boolean> => {
  if (!Number.isSafeInteger(pid) || pid <= 1) return false
  try {
    process.kill(pid, 0)
    if (process.platform !== 'linux') return true
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).includes('--git-dir=')
  } catch {
    return false
  }
}
