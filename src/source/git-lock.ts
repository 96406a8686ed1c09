import {lstat, readFile} from 'node:fs/promises'
import path from 'node:path'

import type {Clock} from '../lifecycle/ports.ts'

const pollMs = 15
const longestMs = 5000

/**
 * Waits while git works on the tree around a directory (`checkout`, `merge`, `stash` hold `index.lock` from their first file to their
 * last), 5 s at the most. A lock that outlasted that was left by a git that died, and is not waited for again.
 */
export const gitLock = (directory: string, clock: Clock): ((signal: AbortSignal) => Promise<boolean>) => {
  let stale: string | undefined
  return async (signal) => {
    const gitDirectory = await findGitDirectory(directory)
    if (gitDirectory === undefined) return false
    const lock = path.join(gitDirectory, 'index.lock')
    const startedMs = clock.now()
    let waited = false
    for (let held = await identity(lock); held !== undefined && held !== stale; held = await identity(lock)) {
      if (clock.now() - startedMs >= longestMs) stale = held
      waited = true
      await clock.sleep(pollMs, signal)
    }
    return waited
  }
}

const identity = async (file: string): Promise<string | undefined> => {
  try {
    const {ino, ctimeMs} = await lstat(file)
    return `${ino} ${ctimeMs}`
  } catch {
    return undefined
  }
}

const findGitDirectory = async (directory: string): Promise<string | undefined> => {
  const candidate = path.join(directory, '.git')
  try {
    const stat = await lstat(candidate)
    if (stat.isDirectory()) return candidate
    // In a worktree and in a submodule it is a file that names the directory.
    const named = /^gitdir: (.+)$/m.exec(await readFile(candidate, 'utf8'))?.[1]
    return named === undefined ? undefined : path.resolve(directory, named)
  } catch {
    const parent = path.dirname(directory)
    return parent === directory ? undefined : findGitDirectory(parent)
  }
}
