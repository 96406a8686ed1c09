import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test from 'ava'
import {execa} from 'execa'

import {revisionOf} from '../../src/source/git.ts'

const {signal} = new AbortController()

const inTemp = async (work: (directory: string, git: (...args: string[]) => Promise<string>) => Promise<void>) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-git-'))
  const person = ['-c', 'user.name=x', '-c', 'user.email=x@example.org', '-c', 'commit.gpgsign=false']
  try {
    await work(directory, async (...args) => (await execa('git', [...person, ...args], {cwd: directory})).stdout)
  } finally {
    await rm(directory, {recursive: true})
  }
}

const commit = async (git: (...args: string[]) => Promise<string>) => git('commit', '--allow-empty', '-m', 'x')

test('the commit of a branch, of one in a folder, of a detached head, after packing, in a worktree and in a directory below', async (t) => {
  await inTemp(async (directory, git) => {
    const same = async (where = directory) => {
      const {stdout} = await execa('git', ['rev-parse', 'HEAD'], {cwd: where})
      t.is(await revisionOf(where, signal), stdout)
      return stdout
    }
    await git('init')
    await commit(git)
    const first = await same()
    await git('checkout', '-b', 'feature/one')
    await commit(git)
    t.not(await same(), first)
    await git('pack-refs', '--all')
    await same()
    await commit(git)
    await same()
    await git('checkout', '--detach', first)
    t.is(await same(), first)
    await mkdir(path.join(directory, 'packages', 'web'), {recursive: true})
    await same(path.join(directory, 'packages', 'web'))
    await git('worktree', 'add', 'elsewhere', 'feature/one')
    t.not(await same(path.join(directory, 'elsewhere')), first)
  })
})

test('outside of git, before the first commit, and in a damaged repository there is none', async (t) => {
  await inTemp(async (directory, git) => {
    t.is(await revisionOf(directory, signal), undefined)
    await git('init')
    t.is(await revisionOf(directory, signal), undefined)
    await writeFile(path.join(directory, '.git', 'HEAD'), 'nonsense\n')
    t.is(await revisionOf(directory, signal), undefined)
  })
})
