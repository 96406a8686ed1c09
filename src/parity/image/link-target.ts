import path from 'node:path'

import type {FileFact} from './facts.ts'

/** Where a link leads, however it is written: `usr/lib` and `/usr/lib` of a link in the root are one place. */
export const leadsTo = ({path: link, target = ''}: Pick<FileFact, 'path' | 'target'>): string =>
  // Behind a name `..` leads out of what that is a link to, and only the whole tree knows what.
  /[^./][^/]*\/+(?:[^/]+\/+)*\.\.(?:\/|$)/.test(target) || target === ''
    ? target
    : path.posix.resolve(path.posix.dirname(link), target)
