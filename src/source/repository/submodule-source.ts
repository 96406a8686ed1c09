import path from 'node:path'

import {isImmError} from '../../errors.ts'
import type {Wanted} from './check-out-tree.ts'
import {askGit} from './git.ts'
import {fetchSubmodule} from './mirror.ts'
import {isMirror} from './open.ts'
import {relativeAddress} from './url.ts'

export interface Asked {
  wanted: Wanted
  /** path in its parent */
  place: string
  name: string
  url: string
  commit: string
}

/** A git directory that has a submodule's commit, or why there is none. */
export const sourceOf = async (asked: Asked, signal: AbortSignal): Promise<{gitDir: string} | {missing: string}> => {
  const {wanted, place, name, commit} = asked
  const {gitDir, repository} = wanted
  if (isMirror(repository)) return fetched(asked, signal)
  // Nested ones are in the directory of the one they are in; before git 1.7.8, all were in the working tree.
  const candidates = [path.join(gitDir, 'modules', name)]
  if (repository.worktree !== undefined) candidates.push(path.join(repository.worktree, wanted.prefix, place, '.git'))
  for (const candidate of candidates) if (await has(candidate, commit, signal)) return {gitDir: candidate}
  const where = repository.worktree ?? gitDir
  return {
    missing: `its commit ${commit.slice(0, 12)} is not in ${candidates[0]}; \`git submodule update --init --recursive\` in ${where}, with a branch checked out that uses it, gets it`,
  }
}

const has = async (gitDir: string, commit: string, signal: AbortSignal): Promise<boolean> => {
  const {exitCode} = await askGit(['cat-file', '-e', `${commit}^{commit}`], {gitDir}, signal)
  return exitCode === 0
}

/** A mirror has nobody who would fetch its submodules: each has a mirror of its own. */
const fetched = async (asked: Asked, signal: AbortSignal): Promise<{gitDir: string} | {missing: string}> => {
  const {wanted, url, commit} = asked
  const origin = await askGit(['config', '--get', 'remote.origin.url'], {gitDir: wanted.gitDir}, signal)
  try {
    const address = relativeAddress(origin.stdout.trim(), url)
    const gitDir = await fetchSubmodule(address, path.dirname(wanted.repository.gitDir), commit, signal)
    return gitDir === undefined ? {missing: `its remote has no commit ${commit.slice(0, 12)}`} : {gitDir}
  } catch (error) {
    if (!isImmError(error, 'REMOTE_UNREACHABLE')) throw error
    return {missing: error.message.replace(/\.$/, '')}
  }
}
