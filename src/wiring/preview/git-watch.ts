import {setTimeout as sleep} from 'node:timers/promises'

import {isImmError} from '../../errors.ts'
import {movedIn} from '../../preview/serve/moved.ts'
import {refsOf} from '../../source/repository/list.ts'
import {fetchMirror} from '../../source/repository/mirror.ts'
import type {Ref} from '../../source/repository/ref.ts'
import type {PreviewSource} from './open-source.ts'

export interface GitWatch {
  refs: (signal: AbortSignal) => Promise<Ref[]>
  /** until something may have moved, at most so long */
  wait: (ms: number | undefined, signal: AbortSignal) => Promise<void>
  /** something moved elsewhere: fetch, and look */
  poke: () => void
}

export interface GitWatchOptions {
  /** between two fetches of a mirror */
  everyMs: number
  /** whose change counts as well */
  files: () => readonly string[]
  warn: (message: string) => void
}

const pollMs = 1000

/** Refs of a repository of this machine as they are, of another one as they were fetched. */
export const watchGit = (source: PreviewSource, options: GitWatchOptions): GitWatch =>
  source.mirrored ? watchMirror(source, options) : watchLocal(source, options)

const watchLocal = ({repository}: PreviewSource, {files}: GitWatchOptions): GitWatch => {
  const moved = movedIn(repository.gitDir, files)
  const poked = pokes()
  return {
    refs: async (signal) => refsOf(repository, signal),
    async wait(ms = Infinity, signal) {
      for (let left = ms; left > 0 && !poked.take(); left -= pollMs) {
        await poked.or(Math.min(pollMs, left), signal)
        if (await moved()) return
      }
    },
    poke: poked.poke,
  }
}

const watchMirror = ({repository}: PreviewSource, {everyMs, warn}: GitWatchOptions): GitWatch => {
  const poked = pokes()
  let nextMs = 0
  let reachable = true
  const fetch = async (signal: AbortSignal) => {
    try {
      await fetchMirror(repository, signal)
      if (!reachable) warn('the remote repository can be fetched again')
      reachable = true
    } catch (error) {
      if (!isImmError(error, 'REMOTE_UNREACHABLE')) throw error
      if (reachable) warn(`${error.message} Previews stay as they are until it can.`)
      reachable = false
    }
  }
  return {
    async refs(signal) {
      if (poked.take() || performance.now() >= nextMs) {
        await fetch(signal)
        nextMs = performance.now() + everyMs
      }
      return refsOf(repository, signal)
    },
    async wait(ms = Infinity, signal) {
      if (poked.is()) return
      await poked.or(Math.max(0, Math.min(ms, nextMs - performance.now())), signal)
    },
    poke: poked.poke,
  }
}

interface Pokes {
  poke: () => void
  is: () => boolean
  /** whether there was one, which is over then */
  take: () => boolean
  /** until there is one, at most so long */
  or: (ms: number, signal: AbortSignal) => Promise<void>
}

/** A poke while nobody waits is not lost. */
const pokes = (): Pokes => {
  let next = Promise.withResolvers<void>()
  let there = false
  return {
    poke() {
      there = true
      next.resolve()
    },
    is: () => there,
    take() {
      if (!there) return false
      there = false
      next = Promise.withResolvers()
      return true
    },
    async or(ms: number, signal: AbortSignal) {
      const stop = new AbortController()
      const timer = sleep(ms, undefined, {signal: AbortSignal.any([signal, stop.signal])})
      await Promise.race([next.promise, timer.catch(() => {})])
      stop.abort()
      signal.throwIfAborted()
    },
  }
}
