import {spawn} from 'node:child_process'
import type {ChildProcess} from 'node:child_process'
import {closeSync} from 'node:fs'

import type {StatePaths} from '../state/paths.ts'
import {openLog} from './log.ts'

export interface DaemonProgram {
  /** absolute paths */
  node: string
  daemon: string
}

/** A daemon that outlives this process and writes to the log of the proxy. */
export const spawnDaemon = (
  {node, daemon}: DaemonProgram,
  {home, runtime}: StatePaths,
  env: NodeJS.ProcessEnv,
  ...more: readonly string[]
): ChildProcess => {
  const log = openLog(home)
  try {
    return spawn(node, [daemon, home, runtime, ...more], {
      // Its own session and no directory of the user's held: closing the terminal, or unmounting, is no matter to it.
      detached: true,
      cwd: home,
      env,
      stdio: ['ignore', log, log, 'ipc'],
    })
  } finally {
    closeSync(log)
  }
}
