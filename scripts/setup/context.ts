import path from 'node:path'

import {statePaths} from '../../src/state/paths.ts'

export interface SetupContext {
  signal: AbortSignal
  /** one line for people */
  say: (line: string) => void
}

/** Where the set-up keeps logs and what it remembers. */
export const setupDirectory = (): string => path.join(statePaths().home, 'setup')
