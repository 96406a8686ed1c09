import {mkdtemp, realpath, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import type {ExecutionContext} from 'ava'
import {execa} from 'execa'

import {addTree} from '../tree.ts'
import type {Tree} from '../tree.ts'

/** A repository made by git itself, in a directory of its own. */
export interface Made {
  directory: string
  /** a directory beside it, for what is checked out */
  beside: string
  git: (...args: string[]) => Promise<string>
  /** the files of the working tree, and a commit of all there is */
  commit: (tree?: Tree, subject?: string) => Promise<string>
}

const person = {
  GIT_AUTHOR_NAME: 'Mia Ñ',
  GIT_AUTHOR_EMAIL: 'mia@example.org',
  GIT_COMMITTER_NAME: 'Max',
  GIT_COMMITTER_EMAIL: 'max@example.org',
  GIT_COMMITTER_DATE: '1700000000 +0000',
  // Settings of who runs the tests are none of theirs.
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
}

export const gitIn = async (directory: string, ...args: string[]): Promise<string> => {
  const {stdout} = await execa('git', ['-c', 'protocol.file.allow=always', ...args], {cwd: directory, env: person})
  return stdout
}

export const temporary = async (t: ExecutionContext): Promise<string> => {
  const directory = await realpath(await mkdtemp(path.join(tmpdir(), 'imm-repository-')))
  t.teardown(() => rm(directory, {recursive: true, force: true}))
  return directory
}

export const makeRepository = async (t: ExecutionContext, tree: Tree = {}, name = 'shop'): Promise<Made> => {
  const parent = await temporary(t)
  const directory = path.join(parent, name)
  await gitIn(parent, 'init', '--quiet', '--initial-branch=main', directory)
  const git = async (...args: string[]) => gitIn(directory, ...args)
  const commit = async (files: Tree = {}, subject = 'a commit') => {
    await addTree(directory, files)
    await git('add', '--all')
    await git('commit', '--quiet', '--allow-empty', '-m', subject)
    return git('rev-parse', 'HEAD')
  }
  await commit(tree, 'first')
  return {directory, beside: path.join(parent, 'checkout'), git, commit}
}
