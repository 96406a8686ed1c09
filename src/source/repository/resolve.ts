import {realpath} from 'node:fs/promises'
import path from 'node:path'

import {ImmError} from '../../errors.ts'
import {commitOf} from './commit.ts'
import {currentRef} from './current.ts'
import {listRefs} from './list.ts'
import {nearNames} from './near.ts'
import type {Ref, Repository} from './ref.ts'
import {worktreesOf} from './worktrees.ts'

/**
 * What a person means: a branch, a tag, a pull request (`pull/7`, `PR#7`, `#7`, `!7`), the directory of a worktree, a branch of a remote, or a
 * commit in any way git has to name one. Throws REF_NOT_FOUND.
 */
export const resolveRef = async (repository: Repository, text: string, signal: AbortSignal): Promise<Ref> => {
  const {gitDir, worktree} = repository
  if (text === 'HEAD' || text === '@') return currentRef(worktree ?? gitDir, signal)
  const found =
    (isWholeName(text) ? await commitOf(gitDir, text, signal) : undefined) ??
    (await named(repository, text, signal)) ??
    (await worktreeOf(gitDir, text, signal)) ??
    (await commitOf(gitDir, text, signal))
  if (found !== undefined) return found
  const known = await listRefs(repository, ['refs/heads', 'refs/tags', 'refs/remotes', 'refs/pull'], signal)
  const near = nearNames(
    text,
    known.map(({name}) => name),
  )
  throw new ImmError('REF_NOT_FOUND', `${repository.name} has no branch, tag, pull request or commit \`${text}\`.`, {
    next: near.length === 0 ? undefined : `Did you mean ${near.join(', ')}?`,
  })
}

const isWholeName = (text: string): boolean => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text)

const named = async (repository: Repository, text: string, signal: AbortSignal): Promise<Ref | undefined> => {
  const number = /^(?:(?:pull|pr|mr|merge-requests?)[/#-]?|[#!])(\d+)(?:\/head)?$/i.exec(text)?.[1]
  const pulls = number === undefined ? [] : [`refs/pull/${number}/head`, `refs/merge-requests/${number}/head`]
  const exact = [...(text.startsWith('refs/') ? [text] : []), `refs/heads/${text}`, `refs/tags/${text}`, ...pulls]
  // No ref has these letters, and for a pattern they have a meaning (git-check-ref-format(1)).
  if (/[\0-\x20\x7F~^:?*[\\]/.test(text)) return undefined
  const refs = await listRefs(
    repository,
    [...exact, `refs/${text}`, `refs/remotes/${text}`, `refs/remotes/*/${text}`],
    signal,
  )
  const remotes = refs.filter(
    ({ref, name}) => ref === `refs/remotes/${text}` || (ref.startsWith('refs/remotes/') && name === text),
  )
  return (
    [...exact, `refs/${text}`].map((name) => refs.find(({ref}) => ref === name)).find((ref) => ref !== undefined) ??
    remotes[0]
  )
}

const worktreeOf = async (gitDir: string, text: string, signal: AbortSignal): Promise<Ref | undefined> => {
  const place = await realpath(path.resolve(text)).catch(() => undefined)
  if (place === undefined) return undefined
  for (const {directory, branch, commit} of await worktreesOf(gitDir, signal)) {
    if (commit === undefined || (await realpath(directory).catch(() => undefined)) !== place) continue
    const found = await commitOf(gitDir, commit, signal)
    if (found === undefined) return undefined
    const name = branch?.replace(/^refs\/heads\//, '') ?? path.basename(directory)
    return {...found, ref: branch ?? commit, name, kind: 'worktree', directory}
  }
  return undefined
}
