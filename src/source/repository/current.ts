import path from 'node:path'

import {ImmError} from '../../errors.ts'
import {commitOf} from './commit.ts'
import {askGit} from './git.ts'
import {listRefs} from './list.ts'
import {openRepository} from './open.ts'
import type {Ref} from './ref.ts'

/** The branch that is checked out in a directory, or the commit where its head is detached. Throws NOT_A_REPOSITORY, REF_NOT_FOUND. */
export const currentRef = async (directory: string, signal: AbortSignal): Promise<Ref> => {
  const place = path.resolve(directory)
  const {gitDir} = await openRepository(place, signal)
  const {exitCode, stdout} = await askGit(['-C', place, 'symbolic-ref', '--quiet', 'HEAD'], {}, signal)
  const head = exitCode === 0 ? stdout.trim() : undefined
  const found = head === undefined ? await detached(place, gitDir, signal) : await branchOf(gitDir, head, signal)
  if (found !== undefined) return found
  const branch = head === undefined ? 'HEAD' : `The branch ${head.replace(/^refs\/heads\//, '')}`
  throw new ImmError('REF_NOT_FOUND', `${branch} of ${place} has no commit yet.`, {next: 'Commit something first.'})
}

const branchOf = async (gitDir: string, head: string, signal: AbortSignal): Promise<Ref | undefined> => {
  const refs = await listRefs({gitDir}, [head], signal)
  return refs.find(({ref}) => ref === head)
}

const detached = async (directory: string, gitDir: string, signal: AbortSignal): Promise<Ref | undefined> => {
  // HEAD is of each worktree, the commit of all.
  const {exitCode, stdout} = await askGit(['-C', directory, 'rev-parse', '--verify', '--quiet', 'HEAD'], {}, signal)
  return exitCode === 0 ? commitOf(gitDir, stdout.trim(), signal) : undefined
}
