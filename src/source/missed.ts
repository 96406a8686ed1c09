import type {Dirent} from 'node:fs'

import type {Contents} from './contents.ts'
import {list, look} from './look.ts'
import type {DirectoryNode, Node} from './node.ts'
import {modeOf, sameStat} from './node.ts'
import type {Place} from './place.ts'
import type {Pace, Steps} from './steps.ts'
import {below, emptyTree} from './tree.ts'
import {isClosed, isOut} from './walk.ts'

/** Paths at which a stat shows something else than is known: nothing is read, and nothing that is known is changed. */
export function* differingPaths(place: Place, {root, rules, forced}: Contents, slices: Pace): Steps<string[]> {
  const found: string[] = []
  const waiting: {path: string; node: DirectoryNode}[] = [{path: '', node: root}]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const names = new Set<string>()
    const entries = listed(place, next.path)
    // Not to be read: whoever looks at it says so.
    if (entries === undefined) {
      found.push(next.path)
      continue
    }
    for (const entry of entries) {
      if (slices.isOver()) yield
      const file = below(next.path, entry.name)
      const known = next.node.children.get(entry.name)
      names.add(entry.name)
      if (known === undefined) {
        if (next.node.left.has(entry.name)) continue
        if (!isOut({rules, forced}, file)) found.push(file)
        // It holds nothing that enters, or it would be known: unless that has come.
        else if (entry.isDirectory() && !isClosed({rules, forced}, file)) waiting.push({path: file, node: emptyTree})
      } else if (differs(place, file, known)) found.push(file)
      else if (known.kind === 'directory') waiting.push({path: file, node: known})
    }
    for (const name of next.node.children.keys()) if (!names.has(name)) found.push(below(next.path, name))
  }
  return found
}

const listed = (place: Place, directory: string): Dirent[] | undefined => {
  try {
    return list(place, directory)
  } catch {
    return undefined
  }
}

const differs = (place: Place, file: string, known: Node): boolean => {
  const now = seen(place, file)
  if (now?.kind === 'file' && known.kind === 'file')
    return !sameStat(known, now.stat) || modeOf(now.stat) !== known.mode
  if (now?.kind === 'directory' && known.kind === 'directory') return now.mode !== known.mode
  if (now?.kind === 'link' && known.kind === 'link') return now.target !== known.target
  return true
}

const seen = (place: Place, file: string): ReturnType<typeof look> => {
  try {
    return look(place, file)
  } catch {
    return undefined
  }
}
