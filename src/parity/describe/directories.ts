import {createHash, type Hash} from 'node:crypto'

import type {DirectorySide} from '../facts.ts'
import type {FileFact} from '../image/facts.ts'
import {leadsTo} from '../image/link-target.ts'

/** Each call of a hash has its price, and there may be a hundred thousand files. */
const batch = 4096

/** One digest for each directory, two levels deep: what says where files differ, where nobody keeps their list. In the order of names. */
export const directoriesOf = (list: readonly FileFact[]): DirectorySide[] => {
  const found = new Map<string, {hash: Hash; lines: string; count: number}>()
  for (const fact of list) {
    const name = directoryOf(fact.path)
    const directory = found.get(name) ?? {hash: createHash('sha256'), lines: '', count: 0}
    found.set(name, directory)
    directory.count++
    directory.lines += lineOf(fact)
    if (directory.lines.length < batch) continue
    directory.hash.update(directory.lines)
    directory.lines = ''
  }
  return [...found]
    .map(([path, {hash, lines, count}]) => ({path, digest: hash.update(lines).digest('hex').slice(0, 32), count}))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

/** `/usr/lib`, of `/usr/lib/x86_64-linux-gnu/libc.so.6`; `/app`, of what is in it */
const directoryOf = (path: string): string => {
  const parts = path.split('/')
  return `/${parts.slice(1, Math.min(parts.length - 1, 3)).join('/')}`
}

/** A label of the machine that it was built on. */
const ofTheMachine = 'security.selinux'

const lineOf = (fact: FileFact): string => {
  const {kind, mode, uid, gid, sha256 = '', xattrs, device} = fact
  const values = [
    fact.path,
    kind,
    mode,
    uid,
    gid,
    sha256,
    leadsTo(fact),
    xattrs === undefined ? [] : attributes(xattrs),
  ]
  return `${JSON.stringify(device === undefined ? values : [...values, device])}\n`
}

const attributes = (xattrs: NonNullable<FileFact['xattrs']>): [string, string][] =>
  Object.entries(xattrs)
    .filter(([name]) => name !== ofTheMachine)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
