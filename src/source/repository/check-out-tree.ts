import {mkdir, rm} from 'node:fs/promises'
import path from 'node:path'

import {ImmError} from '../../errors.ts'
import {askGit} from './git.ts'
import type {Repository} from './ref.ts'

export interface Wanted {
  repository: Repository
  /** of the repository, or of a submodule */
  gitDir: string
  commit: string
  directory: string
  /** directory of the index */
  memory: string
}

export const checkOutTree = async (wanted: Wanted, signal: AbortSignal): Promise<{warnings: string[]}> => {
  const {gitDir, commit, directory, memory} = wanted
  await mkdir(directory, {recursive: true})
  const index = path.join(memory, 'index')
  await rm(`${index}.lock`, {force: true})
  // With a .git, the directory would be another repository's.
  await rm(path.join(directory, '.git'), {recursive: true, force: true})
  const git = async (...args: string[]): Promise<void> => {
    const env = {GIT_INDEX_FILE: index, GIT_WORK_TREE: directory}
    const {exitCode, output} = await askGit(['-C', directory, ...args], {gitDir, env}, signal)
    if (exitCode !== 0)
      throw new ImmError('CHECKOUT_FAILED', `git could not write commit ${commit.slice(0, 12)} to ${directory}.`, {
        output,
      })
  }
  await git('read-tree', '--reset', '-u', commit)
  await git('clean', '-ffdxq')
  return {warnings: []}
}
