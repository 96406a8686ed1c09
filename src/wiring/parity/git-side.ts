import {mkdtemp, realpath, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import {ImmError} from '../../errors.ts'
import type {SideFacts} from '../../parity/facts.ts'
import type {Reference} from '../../parity/sides/reference.ts'
import {checkOut, removeCheckOut} from '../../source/repository/check-out.ts'
import {openRepository} from '../../source/repository/open.ts'
import {resolveRef} from '../../source/repository/resolve.ts'
import type {OpenContext} from './context.ts'
import {existing} from './place.ts'
import {builtSide} from './tree-side.ts'

/** A commit, built as `imm build` would in a clean clone of it. The working tree and its index are left alone. */
export const gitSide = async (
  {ref: text, app}: Extract<Reference, {kind: 'git'}>,
  context: OpenContext,
  signal: AbortSignal,
): Promise<Omit<SideFacts, 'name'>> => {
  const {cwd, onWarning} = context
  const repository = await openRepository(cwd, signal)
  const {commit} = await resolveRef(repository, text, signal)
  await using stack = new AsyncDisposableStack()
  const place = await mkdtemp(path.join(tmpdir(), 'imm-parity-'))
  stack.defer(async () => rm(place, {recursive: true, force: true}))
  // A project without a name of its own is called as its directory is.
  const directory = path.join(place, path.basename(repository.worktree ?? cwd))
  stack.defer(async () => removeCheckOut(directory))
  const {warnings} = await checkOut(repository, commit, directory, signal)
  warnings.forEach(onWarning)
  const within = await insideOf(repository.worktree, cwd)
  try {
    const project = await existing(directory, within === '' ? '.' : within, 'directory')
    return await builtSide({directory: project, app, revision: commit}, context, signal)
  } catch (error) {
    if (error instanceof ImmError && error.code === 'SIDE_NOT_FOUND' && within !== '')
      throw new ImmError('SIDE_NOT_FOUND', `${text} has no ${within}: ${error.message}`, {cause: error})
    throw error
  }
}

/** The project is the directory where imm runs, which may be below the top of the repository. */
const insideOf = async (worktree: string | undefined, cwd: string): Promise<string> => {
  if (worktree === undefined) return ''
  const [top, here] = await Promise.all([realpath(worktree), realpath(cwd)])
  const within = path.relative(top, here)
  return within.startsWith('..') || path.isAbsolute(within) ? '' : within
}
