import {open, readdir} from 'node:fs/promises'
import path from 'node:path'

import type {AppId, EnvironmentId} from '../release/identity.ts'
import {isSystemError} from '../socket/system-error.ts'

/** Where the ledger of an app in an environment is. */
export interface Place {
  /** absolute */
  directory: string
  /** the file that is written to */
  current: string
  /** the file that ends with an entry, once another is written to */
  ended: (seq: number) => string
  id: AppId
}

export const ledgersOf = (home: string): string => path.join(home, 'ledger')

export const placeOf = (home: string, id: AppId): Place => {
  const directory = path.join(ledgersOf(home), id.project, id.environment)
  return {
    directory,
    current: path.join(directory, `${id.app}.jsonl`),
    ended: (seq) => path.join(directory, `${id.app}.${seq}.jsonl`),
    id,
  }
}

/** Apps of an environment that have a history. */
export const appsWithLedger = async (home: string, {project, environment}: EnvironmentId): Promise<string[]> => {
  const names = await readdir(path.join(ledgersOf(home), project, environment)).catch(() => [])
  return names.flatMap((name) => /^([^.]+)\.jsonl$/.exec(name)?.[1] ?? [])
}

/** Files that are no longer written to, oldest first. A slug has no dot, so those of another app are never among them. */
export const endedFiles = async ({directory, ended, id}: Place): Promise<string[]> => {
  const prefix = `${id.app}.`
  const names = await readdir(directory).catch((error: unknown) => {
    if (isSystemError(error, 'ENOENT')) return []
    throw error
  })
  return names
    .filter((name) => name.startsWith(prefix))
    .flatMap((name) => /^(\d{1,15})\.jsonl$/.exec(name.slice(prefix.length))?.[1] ?? [])
    .map(Number)
    .toSorted((a, b) => a - b)
    .map(ended)
}

/** Makes it durable that files were made, renamed or removed in a directory; Windows keeps that by itself, and opens no directory. */
export const syncDirectory = async (directory: string): Promise<void> => {
  if (process.platform === 'win32') return
  await using handle = await open(directory, 'r')
  await handle.sync()
}
