import {execa} from 'execa'

import {revisionOf} from './git.ts'

/** What is checked out in a directory, and whether some places have anything else than that. */
export interface Checkout {
  commit: string
  branch: string | undefined
  dirty: boolean
}

/** Undefined outside of git, before the first commit, or without git. */
export const checkoutOf = async (
  directory: string,
  places: readonly string[],
  signal: AbortSignal,
): Promise<Checkout | undefined> => {
  if ((await revisionOf(directory, signal)) === undefined) return undefined
  const {exitCode, stdout} = await execa(
    'git',
    ['status', '--porcelain=v2', '--branch', '--untracked-files=normal', '--', ...places],
    {
      cwd: directory,
      reject: false,
      cancelSignal: signal,
      env: {GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C'},
    },
  )
  signal.throwIfAborted()
  return exitCode === 0 ? read(stdout.split('\n')) : undefined
}

/** git-status(1), "Porcelain Format Version 2". */
const read = (lines: readonly string[]): Checkout | undefined => {
  const header = (name: string) => lines.find((line) => line.startsWith(`# branch.${name} `))?.slice(10 + name.length)
  const commit = header('oid')
  const branch = header('head')
  if (commit === undefined || commit === '(initial)') return undefined
  return {
    commit,
    branch: branch === '(detached)' ? undefined : branch,
    dirty: lines.some((line) => line !== '' && !line.startsWith('#')),
  }
}
