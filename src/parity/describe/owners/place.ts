import path from 'node:path'

import type {FileFact} from '../../image/facts.ts'
import {resolve} from '../../image/resolve.ts'
import type {ImageTree} from '../../image/tree.ts'

/** The file that a package's list means: `/lib/x` is `/usr/lib/x` where `/lib` is a link. Undefined for directories, which several packages share. */
export const placesIn = (tree: ImageTree): ((listed: string) => FileFact | undefined) => {
  // Of a hundred thousand files the directories are a tenth.
  const directories = new Map<string, string | undefined>()
  return (listed) => {
    const parent = path.posix.dirname(listed)
    if (!directories.has(parent)) directories.set(parent, resolve(tree, parent)?.path)
    const directory = directories.get(parent)
    const fact = directory === undefined ? undefined : tree.get(path.posix.join(directory, path.posix.basename(listed)))
    return fact?.kind === 'directory' ? undefined : fact
  }
}
