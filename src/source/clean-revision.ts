import {execa} from 'execa'

import {revisionOf} from './git.ts'

/**
 * The commit whose content some directories have, nothing more and nothing less; undefined where one of them has anything that is not
 * committed, untracked files included.
 */
export const cleanRevisionOf = async (
  directory: string,
  places: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> => {
  const revision = await revisionOf(directory, signal)
  if (revision === undefined) return undefined
  const {exitCode, stdout} = await execa(
    'git',
    ['status', '--porcelain', '--untracked-files=normal', '--', ...places],
    {
      cwd: directory,
      reject: false,
      cancelSignal: signal,
      env: {GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C'},
    },
  )
  signal.throwIfAborted()
  return exitCode === 0 && stdout.trim() === '' ? revision : undefined
}
