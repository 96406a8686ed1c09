import {readdir, stat} from 'node:fs/promises'
import path from 'node:path'

/** Tells whether something may have moved since it was last asked; the first time it has. */
export type Moved = () => Promise<boolean>

// Times of files are as coarse as this on some file systems: what was written just now may be written again without a new time.
const coarseMs = 2000

/**
 * Watches the refs of a repository, and some files, by their times alone: each asking costs a few calls of the system however many refs
 * there are, since git writes each by a rename in its directory. It is a hint: what it does not see is seen when one looks anyway.
 */
export const movedIn = (gitDir: string, files: () => readonly string[]): Moved => {
  let known: ReadonlyMap<string, string> = new Map()
  let unsure = true
  return async () => {
    const fixed = ['packed-refs', 'reftable', path.join('reftable', 'tables.list')]
    const now = new Map([
      ...(await timesBelow(path.join(gitDir, 'refs'), known)),
      ...(await timesOf([...fixed.map((name) => path.join(gitDir, name)), ...files()])),
    ])
    const moved = unsure || now.size !== known.size || [...now].some(([file, time]) => known.get(file) !== time)
    const since = Date.now() - coarseMs
    unsure = [...now.values()].some((time) => Number(time.split(' ')[0]) / 1e6 > since)
    known = now
    return moved
  }
}

/** Of a directory and all below it. One that has not changed has the same ones in it as before. */
const timesBelow = async (root: string, known: ReadonlyMap<string, string>): Promise<[string, string][]> => {
  const [own] = await timesOf([root])
  if (!own) return []
  const same = known.get(root) === own[1]
  const below = same
    ? [...known.keys()].filter((file) => path.dirname(file) === root)
    : (await readdir(root, {withFileTypes: true}).catch(() => []))
        .filter((entry) => entry.isDirectory())
        .map(({name}) => path.join(root, name))
  return [own, ...(await Promise.all(below.map(async (directory) => timesBelow(directory, known)))).flat()]
}

const timesOf = async (files: readonly string[]): Promise<[string, string][]> => {
  const times = files.map(async (file): Promise<[string, string][]> => {
    const found = await stat(file, {bigint: true}).catch(() => undefined)
    return found ? [[file, `${found.mtimeNs} ${found.ino} ${found.size}`]] : []
  })
  return (await Promise.all(times)).flat()
}
