import {mkdir, rm} from 'node:fs/promises'
import path from 'node:path'

import {ImmError} from '../../errors.ts'
import {contentsOf} from './contents.ts'
import {askGit} from './git.ts'
import type {Answer} from './git.ts'
import {begin, end, indexOf, noteProcess, readSeen, writeSeen} from './memory.ts'
import {pointersOf, pointerWarning} from './pointers.ts'
import type {Repository} from './ref.ts'
import {removeInside} from './remove-inside.ts'
import {checkOutSubmodules} from './submodules.ts'

export interface Wanted {
  repository: Repository
  /** of the repository, or of a submodule */
  gitDir: string
  commit: string
  directory: string
  /** directory for what is remembered of it */
  memory: string
  /** of a submodule: where it is in the whole, with `/` */
  prefix: string
}

/** One repository's part of a checkout, and the submodules in it. */
export const checkOutTree = async (wanted: Wanted, signal: AbortSignal): Promise<{warnings: string[]}> => {
  const {gitDir, commit, directory, memory, prefix} = wanted
  await begin(memory, signal)
  await mkdir(directory, {recursive: true})
  // With a .git, the directory would be another repository's.
  await rm(path.join(directory, '.git'), {recursive: true, force: true})
  const {submodules, filters, hasAttributes} = await contentsOf(gitDir, commit, signal)
  const seen = await readSeen(memory)
  // git takes files for unchanged that were written by other rules, and pointers for what they point to.
  if (seen.filters !== filters) await rm(indexOf(memory), {force: true})
  for (const name of seen.pointers) await removeInside(directory, name)
  await writeSeen(memory, {filters, pointers: seen.pointers})
  await readTree(wanted, signal)
  const cleaned = await tried(wanted, ['clean', '-ffdxq'], signal)
  if (cleaned.exitCode !== 0) throw failed(wanted, cleaned)
  const warnings = await checkOutSubmodules(wanted, submodules, checkOutTree, signal)
  const pointers = hasAttributes ? await pointersOf(wanted, signal) : []
  await writeSeen(memory, {filters, pointers})
  await end(memory)
  const warning = pointerWarning(pointers, prefix)
  return {warnings: warning === undefined ? warnings : [...warnings, warning]}
}

const withoutLfs = ['smudge=', 'process=', 'required=false'].flatMap((setting) => ['-c', `filter.lfs.${setting}`])

const readTree = async (wanted: Wanted, signal: AbortSignal): Promise<void> => {
  const args = ['read-tree', '--reset', '-u', wanted.commit]
  const attempt = async (settings: readonly string[]) => tried(wanted, [...settings, ...args], signal)
  // An index that a crash of the machine left half written, or a filter that can't undo what it did: without index, all is written again.
  const anew = async (settings: readonly string[]) => {
    await rm(indexOf(wanted.memory), {force: true})
    return attempt(settings)
  }
  let answer = await attempt([])
  if (answer.exitCode !== 0) answer = await anew([])
  // Without the program, or the content, the pointers are better than nothing, and named.
  if (answer.exitCode !== 0 && answer.output.some((line) => /\blfs\b/.test(line))) answer = await anew(withoutLfs)
  if (answer.exitCode !== 0) throw failed(wanted, answer)
}

const failed = (wanted: Wanted, {output}: Answer): ImmError => {
  const message = `git could not write the commit ${wanted.commit.slice(0, 12)} to ${wanted.directory}.`
  return new ImmError('CHECKOUT_FAILED', message, {output})
}

const tried = async (wanted: Wanted, args: readonly string[], signal: AbortSignal): Promise<Answer> => {
  const {gitDir, directory, memory} = wanted
  const env = {GIT_INDEX_FILE: indexOf(memory), GIT_WORK_TREE: directory}
  const started = async (pid: number) => noteProcess(memory, pid)
  return askGit(['-C', directory, ...args], {gitDir, env, started}, signal)
}
