import {readdirSync, readFileSync, readlinkSync, statSync} from 'node:fs'
import {readdir} from 'node:fs/promises'
import path from 'node:path'
import {setImmediate as turn} from 'node:timers/promises'

import type {WatchFacts, WatchLimits} from './watches.ts'

/** Undefined where there is no inotify: other systems have no such limits. */
export const watchLimits = (): WatchLimits | undefined => {
  try {
    return {
      watches: limit('max_user_watches'),
      instances: limit('max_user_instances'),
      queuedEvents: limit('max_queued_events'),
    }
  } catch {
    return undefined
  }
}

const limit = (name: string): number => Number(readFileSync(`/proc/sys/fs/inotify/${name}`, 'utf8'))

/** What this user's programs use: inotify descriptors and the lines of their fdinfo (proc(5)). */
export const watchesInUse = async (signal: AbortSignal): Promise<WatchFacts['used']> => {
  const used = {watches: 0, instances: 0}
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    signal.throwIfAborted()
    for (const descriptor of inotifyDescriptors(pid)) {
      used.instances += 1
      used.watches += watchesOf(pid, descriptor)
    }
    await turn()
  }
  return used
}

// Synchronous: /proc never waits for a disk, and thousands of small asynchronous reads take ten times as long.
const inotifyDescriptors = (pid: string): string[] => {
  try {
    if (statSync(`/proc/${pid}`).uid !== process.getuid?.()) return []
    return readdirSync(`/proc/${pid}/fd`).filter((name) => linkOf(`/proc/${pid}/fd/${name}`) === 'anon_inode:inotify')
  } catch {
    return []
  }
}

const linkOf = (file: string): string | undefined => {
  try {
    return readlinkSync(file)
  } catch {
    return undefined
  }
}

const watchesOf = (pid: string, descriptor: string): number => {
  try {
    const lines = readFileSync(`/proc/${pid}/fdinfo/${descriptor}`, 'utf8').split('\n')
    return lines.filter((line) => line.startsWith('inotify ')).length
  } catch {
    return 0
  }
}

const enough = 100_000
const unwatched = new Set(['.git', 'node_modules'])

/** Directories below one, itself included, without those that every project keeps out; `more`: counting stopped early. */
export const countDirectories = async (
  root: string,
  signal: AbortSignal,
): Promise<NonNullable<WatchFacts['directories']>> => {
  const left = [root]
  let count = 0
  for (let directory = left.pop(); directory !== undefined; directory = left.pop()) {
    // Time is up: what was counted so far is better than nothing.
    if (signal.aborted || count >= enough) return {count, more: true}
    count += 1
    const entries = await readdir(directory, {withFileTypes: true}).catch(() => [])
    for (const entry of entries)
      if (entry.isDirectory() && !unwatched.has(entry.name)) left.push(path.join(directory, entry.name))
  }
  return {count, more: false}
}
