import {createHash} from 'node:crypto'
import {mkdir} from 'node:fs/promises'
import path from 'node:path'

import {ImmError} from '../../errors.ts'
import {fetchAll} from './fetch.ts'
import {askGit} from './git.ts'
import {openRepository} from './open.ts'
import type {Repository} from './ref.ts'
import {absoluteAddress, withoutCredentials} from './url.ts'

/**
 * A bare mirror of a remote repository below `$IMM_HOME/mirrors`, made and fetched where it isn't there yet: branches, tags, and the heads of
 * pull and merge requests. One that is there is given as it was last fetched. Throws REMOTE_UNREACHABLE.
 */
export const openMirror = async (url: string, home: string, signal: AbortSignal): Promise<Repository> => {
  const gitDir = await mirrorOf(absoluteAddress(url), path.join(path.resolve(home), 'mirrors'), {}, signal)
  return openRepository(gitDir, signal)
}

/** The mirror of a submodule with a commit in it; undefined where its remote has no such commit. */
export const fetchSubmodule = async (
  address: string,
  mirrors: string,
  commit: string,
  signal: AbortSignal,
): Promise<string | undefined> => {
  // Who wrote the commit chose the address: what git would not follow in a clone is not followed here (git(1), GIT_PROTOCOL_FROM_USER).
  const env = {GIT_PROTOCOL_FROM_USER: '0'}
  const gitDir = await mirrorOf(address, mirrors, env, signal)
  const has = async () => (await askGit(['cat-file', '-e', `${commit}^{commit}`], {gitDir}, signal)).exitCode === 0
  if (await has()) return gitDir
  await fetchAll(gitDir, env, signal)
  return (await has()) ? gitDir : undefined
}

const mirrorOf = async (
  address: string,
  mirrors: string,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<string> => {
  // Another token is no other repository.
  const key = createHash('sha256').update(withoutCredentials(address)).digest('hex').slice(0, 16)
  const gitDir = path.join(mirrors, key)
  // The address may hold a password, which git keeps as it was given.
  await mkdir(gitDir, {recursive: true, mode: 0o700})
  // Each can be done again: whoever was killed between them left nothing that is in the way.
  await prepare(['init', '--quiet', '--bare', '--template=', gitDir], undefined, signal)
  await prepare(['config', 'remote.origin.url', address], gitDir, signal)
  const {exitCode} = await askGit(['config', '--get', fetched], {gitDir}, signal)
  if (exitCode !== 0) {
    await fetchAll(gitDir, env, signal)
    await prepare(['config', fetched, 'true'], gitDir, signal)
  }
  return gitDir
}

/** Brings a mirror up to date, and forgets what its remote has no more. Throws REMOTE_UNREACHABLE, and leaves all as it was. */
export const fetchMirror = async (repository: Repository, signal: AbortSignal): Promise<void> =>
  fetchAll(repository.gitDir, {}, signal)

const fetched = 'imm.fetched'

const prepare = async (args: readonly string[], gitDir: string | undefined, signal: AbortSignal): Promise<void> => {
  const {exitCode, output} = await askGit(args, gitDir === undefined ? {} : {gitDir}, signal)
  if (exitCode !== 0) throw new ImmError('STATE_UNWRITABLE', 'The mirror of a repository cannot be made.', {output})
}
