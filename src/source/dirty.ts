import type {Dirt} from './contents.ts'
import {ancestorsOf} from './tree.ts'

/** What was reported and not yet looked at. */
export interface Dirty {
  /** relative to the context; empty: everything */
  note(path: string): void
  /** Everything there is, to be looked at now. */
  take(): Dirt
  /** It could not be looked at. */
  giveBack(dirt: Dirt): void
  /** Listens until `tell`, which says whether a path, or a directory that it lies in, was reported since, or waits to be looked at. */
  listen(): {tells: (path: string) => boolean; stop: () => void}
}

export const dirtyOf = (): Dirty => {
  let paths = new Set<string>()
  let everything = false
  const listeners = new Set<Set<string>>()
  return {
    note: (path) => {
      for (const heard of listeners) heard.add(path)
      // A name that is no text can't be asked for: only a listing tells whether it is there.
      if (path === '' || path.includes('\uFFFD')) everything = true
      else if (!everything) paths.add(path)
    },
    take: () => {
      const taken = {everything, paths}
      everything = false
      paths = new Set()
      return taken
    },
    giveBack: (dirt) => {
      everything ||= dirt.everything
      for (const path of dirt.paths) paths.add(path)
    },
    listen: () => {
      const heard = new Set(everything ? ['', ...paths] : paths)
      listeners.add(heard)
      return {
        tells: (path) => heard.has('') || heard.has(path) || [...ancestorsOf(path)].some((above) => heard.has(above)),
        stop: () => void listeners.delete(heard),
      }
    },
  }
}
