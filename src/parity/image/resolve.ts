import path from 'node:path'

import type {FileFact} from './facts.ts'
import {partsOf} from './path.ts'
import type {ImageTree} from './tree.ts'

/** As many as Linux follows (path_resolution(7)). */
const mostLinks = 40

/** What a program in the container would get at that path, links followed within the image; undefined where they lead nowhere. */
export const resolve = (tree: Pick<ImageTree, 'get'>, wanted: string): FileFact | undefined => {
  let at = '/'
  const left = partsOf(wanted)
  for (let links = 0; ;) {
    const part = left.shift()
    if (part === undefined) return tree.get(at)
    const next = path.posix.join(at, part)
    const fact = tree.get(next)
    if (fact === undefined) return undefined
    if (fact.kind !== 'link') at = next
    else if (links++ === mostLinks) return undefined
    else {
      const target = fact.target ?? ''
      left.unshift(...target.split('/').filter((each) => each !== '' && each !== '.'))
      if (target.startsWith('/')) at = '/'
    }
  }
}
