import {writeFile} from 'node:fs/promises'
import path from 'node:path'

import {gitIn} from '../../test/source/repository/git.ts'
import type {TestProject} from '../../test/support/project.ts'

export interface Branch {
  commit: string
  /** what the application answers */
  content: string
}

/** Somebody with a clone, who pushes to the repository that is served. */
export interface Developer {
  /** as the repository has them, but for main */
  readonly branches: ReadonlyMap<string, Branch>
  /** One commit more; of a branch that is not there, the first. */
  push(name: string): Promise<void>
  /** Another commit in place of all that the branch had. */
  forcePush(name: string): Promise<void>
  remove(name: string): Promise<void>
  rename(name: string, to: string): Promise<void>
}

export const developer = async (project: TestProject): Promise<Developer> => {
  await gitIn(project.directory, 'init', '--quiet', '--initial-branch=main')
  await gitIn(project.directory, 'add', '--all')
  await gitIn(project.directory, 'commit', '--quiet', '--message=first')
  const clone = path.join(path.dirname(project.directory), 'clone')
  await gitIn(project.directory, 'clone', '--quiet', project.directory, clone)
  const git = async (...args: string[]) => gitIn(clone, ...args)
  const branches = new Map<string, Branch>()
  let count = 0

  const commitOn = async (base: string, name: string): Promise<void> => {
    const content = `${++count} of ${name}`
    await git('checkout', '--quiet', '--detach', base)
    await writeFile(path.join(clone, 'src', 'greeting.txt'), content)
    await git('commit', '--quiet', '--all', `--message=${content}`)
    await git('push', '--quiet', '--force', 'origin', `HEAD:refs/heads/${name}`)
    branches.set(name, {commit: await git('rev-parse', 'HEAD'), content})
  }
  return {
    branches,
    push: async (name) => commitOn(branches.get(name)?.commit ?? 'origin/main', name),
    forcePush: async (name) => commitOn('origin/main', name),
    async remove(name) {
      await git('push', '--quiet', 'origin', `:refs/heads/${name}`)
      branches.delete(name)
    },
    async rename(name, to) {
      const branch = branches.get(name) as Branch
      await git('push', '--quiet', 'origin', `${branch.commit}:refs/heads/${to}`, `:refs/heads/${name}`)
      branches.delete(name)
      branches.set(to, branch)
    },
  }
}
