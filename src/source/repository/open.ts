import path from 'node:path'

import {ImmError} from '../../errors.ts'
import {askGit} from './git.ts'
import type {Repository} from './ref.ts'
import {nameOf, withoutCredentials} from './url.ts'
import {worktreesOf} from './worktrees.ts'

/** The repository that a directory is in: in its main working tree, a linked one, or a bare one. Throws NOT_A_REPOSITORY. */
export const openRepository = async (directory: string, signal: AbortSignal): Promise<Repository> => {
  const place = path.resolve(directory)
  const asked = await askGit(
    ['-C', place, 'rev-parse', '--path-format=absolute', '--git-dir', '--git-common-dir'],
    {},
    signal,
  )
  const [own, gitDir] = asked.stdout.split('\n')
  if (asked.exitCode !== 0 || !own || !gitDir) throw notOne(place, asked.output)
  const worktree = own === gitDir ? await topLevel(place, signal) : await mainWorktree(gitDir, signal)
  const origin = await askGit(['config', '--get', 'remote.origin.url'], {gitDir}, signal)
  const url = origin.exitCode === 0 ? withoutCredentials(origin.stdout.trim()) : undefined
  const named = worktree ?? (isMirror({gitDir}) && url !== undefined ? url : gitDir)
  return {name: nameOf(named), gitDir, worktree, origin: url}
}

/** Below `$IMM_HOME/mirrors`, made by imm. */
export const isMirror = ({gitDir}: Pick<Repository, 'gitDir'>): boolean =>
  path.basename(path.dirname(gitDir)) === 'mirrors' && /^[0-9a-f]{16}$/.test(path.basename(gitDir))

const topLevel = async (directory: string, signal: AbortSignal): Promise<string | undefined> => {
  const {exitCode, stdout} = await askGit(
    ['-C', directory, 'rev-parse', '--path-format=absolute', '--show-toplevel'],
    {},
    signal,
  )
  return exitCode === 0 && stdout.trim() !== '' ? stdout.replace(/\n$/, '') : undefined
}

const mainWorktree = async (gitDir: string, signal: AbortSignal): Promise<string | undefined> => {
  const [main] = await worktreesOf(gitDir, signal)
  return main === undefined || main.bare ? undefined : main.directory
}

const notOne = (directory: string, output: readonly string[]): ImmError => {
  // git-config(1), safe.directory: another user's repository could run programs of its choice.
  const another = output.some((line) => line.includes('dubious ownership'))
  const message = another
    ? `The repository of ${directory} belongs to another user, and git does not trust it.`
    : `${directory} is in no git repository.`
  return new ImmError('NOT_A_REPOSITORY', message, {
    output,
    next: another ? `If you trust it: git config --global --add safe.directory ${directory}` : undefined,
  })
}
