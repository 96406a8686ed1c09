import path from 'node:path'

import type {Contents, Keeper} from './contents.ts'
import {keeperOf} from './contents.ts'
import type {Dirty} from './dirty.ts'
import {dirtyOf} from './dirty.ts'
import {isInside} from './mount.ts'
import type {Place} from './place.ts'
import {shown} from './place.ts'
import {ancestorsOf, differences} from './tree.ts'
import {within} from './within.ts'

/** The contents of a place, with what has been reported since they were looked at. */
export interface Looking {
  keeper: Keeper
  dirty: Dirty
  /** An absolute path that was reported; undefined: it may be any. */
  heard: (file: string | undefined) => void
  /** Paths of which no event told. */
  missed: (files: readonly string[]) => void
  /** The content of a file is not what was read. */
  doubt: (file: string) => void
  /** Resolves when no look is under way: what is known is then complete but for what was reported since. */
  atRest: (signal: AbortSignal) => Promise<void>
  /** What is there now: where nothing could be missed, only what was reported is looked at. One look at a time. */
  look: (everything: boolean, signal: AbortSignal) => Promise<Contents>
}

/** `unbroken`: see Watching. */
export const lookingOf = (
  place: Place,
  unbroken: () => number | undefined,
  warn: (message: string) => void,
): Looking => {
  const keeper = keeperOf(place)
  const dirty = dirtyOf()
  const missed = new Set<string>()
  let since: number | undefined
  let before: Promise<unknown> = Promise.resolve()
  const underWay = new Set<Promise<unknown>>()

  const look = async (everything: boolean, signal: AbortSignal): Promise<Contents> => {
    const known = keeper.now()
    const watch = unbroken()
    const dirt = dirty.take()
    const isWhole = everything || dirt.everything || watch !== since
    try {
      const contents = await keeper.update({...dirt, everything: isWhole}, signal)
      since = watch
      if (known !== undefined && missed.size > 0) warnOfMissed(place, known, contents, missed, warn)
      missed.clear()
      return contents
    } catch (error) {
      dirty.giveBack({...dirt, everything: isWhole})
      throw error
    }
  }

  return {
    keeper,
    dirty,
    heard: (file) => {
      if (file === undefined) dirty.note('')
      else if (isInside(place.context, file)) dirty.note(path.relative(place.context, file).replaceAll(path.sep, '/'))
    },
    missed: (files) => {
      for (const file of files) {
        missed.add(file)
        dirty.note(file)
      }
    },
    doubt: (file) => {
      keeper.doubt(file)
    },
    atRest: async (signal) => {
      while (underWay.size > 0) await within(before, signal)
    },
    look: (everything, signal) => {
      const looked = (async () => {
        await within(before, signal)
        return look(everything, signal)
      })()
      const ended: Promise<unknown> = looked.then(
        () => underWay.delete(ended),
        () => underWay.delete(ended),
      )
      underWay.add(ended)
      // The next one waits for both: who gave up waiting here did not end the one before.
      before = Promise.all([before, ended]).then(() => undefined)
      return looked
    },
  }
}

const named = 3

const warnOfMissed = (
  place: Place,
  before: Contents,
  after: Contents,
  missed: ReadonlySet<string>,
  warn: (message: string) => void,
): void => {
  const files = [...differences(before.root, after.root)].filter(
    (file) => missed.has(file) || [...ancestorsOf(file)].some((above) => missed.has(above)),
  )
  if (files.length === 0) return
  const names = files.slice(0, named).map((file) => shown(place, file))
  const more = files.length > named ? `, and ${files.length - named} more` : ''
  warn(
    `${files.length === 1 ? 'A file' : `${files.length} files`} changed without an event (${names.join(', ')}${more}): a look at all files found ${files.length === 1 ? 'it' : 'them'}. If that happens again, use \`imm dev --poll\`.`,
  )
}
