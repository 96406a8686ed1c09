import {readFileSync, statSync} from 'node:fs'

import type {Log} from './log.ts'

/** Another one for each file that is put there; undefined while there is none. */
export const stampOf = (file: string): string | undefined => {
  try {
    const stat = statSync(file, {throwIfNoEntry: false})
    return stat && `${stat.ino} ${stat.mtimeMs} ${stat.size}`
  } catch {
    return undefined
  }
}

/** What the files hold, read again whenever one of them is another; undefined while one is missing or makes no sense, which is logged. */
export const keptFiles = <T>(
  files: readonly string[],
  read: (...contents: Buffer[]) => T,
  log: Log,
): (() => T | undefined) => {
  let seen: string | undefined
  let kept: T | undefined
  return () => {
    const stamps = files.map(stampOf)
    const stamp = stamps.includes(undefined) ? undefined : stamps.join()
    if (stamp === seen) return kept
    seen = stamp
    kept = undefined
    try {
      if (stamp !== undefined) kept = read(...files.map((file) => readFileSync(file)))
    } catch (error) {
      log(`${files.join(', ')}: ${error instanceof Error ? error.message : String(error)}`)
    }
    return kept
  }
}
