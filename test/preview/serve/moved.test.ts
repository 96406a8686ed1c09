import {mkdir, readdir, rm, utimes, writeFile} from 'node:fs/promises'
import path from 'node:path'

import test, {type ExecutionContext} from 'ava'

import {movedIn} from '../../../src/preview/serve/moved.ts'
import {makeRepository} from '../../source/repository/git.ts'

const begin = async (t: ExecutionContext) => {
  const {directory, git} = await makeRepository(t)
  const settings = path.join(directory, 'imm.yaml')
  await git('branch', 'feature/deep/x')
  const gitDir = path.join(directory, '.git')
  /** as if it had been made long ago: what is young is looked at twice */
  const age = async (place = gitDir): Promise<void> => {
    for (const entry of await readdir(place, {withFileTypes: true, recursive: true}))
      await utimes(path.join(entry.parentPath, entry.name), 1000, 1000).catch(() => {})
    await utimes(settings, 1000, 1000).catch(() => {})
  }
  await age()
  const moved = movedIn(gitDir, () => [settings])
  t.true(await moved())
  t.false(await moved())
  return {directory, git, gitDir, settings, age, moved}
}

test('where nothing moved nothing is seen to have moved', async (t) => {
  const {moved} = await begin(t)
  t.false(await moved())
})

const does = test.macro({
  async exec(t: ExecutionContext, act: (place: Awaited<ReturnType<typeof begin>>) => Promise<unknown>) {
    const place = await begin(t)
    await act(place)
    t.true(await place.moved())
  },
  title: (title) => `${title} is seen`,
})

test('a commit', does, async ({git}) => git('commit', '--allow-empty', '-m', 'second'))
test('a new branch in a new directory', does, async ({git}) => git('branch', 'other/y'))
test('a branch deep below that moves', does, async ({git, age, moved}) => {
  await git('commit', '--allow-empty', '-m', 'second')
  await age()
  await moved()
  await moved()
  return git('branch', '--force', 'feature/deep/x', 'HEAD')
})
test('a branch that goes', does, async ({git}) => git('branch', '-D', 'feature/deep/x'))
test('refs that are packed', does, async ({git}) => git('pack-refs', '--all'))
test('a settings file that comes', does, async ({settings}) => writeFile(settings, 'previews: {}'))
test('a settings file that goes', does, async ({settings, age, moved}) => {
  await writeFile(settings, 'previews: {}')
  await age()
  await moved()
  await moved()
  return rm(settings)
})

test('what is young is looked at once more', async (t) => {
  const {git, moved} = await begin(t)
  await git('branch', 'young')
  t.true(await moved())
  t.true(await moved())
})

test('a repository that is not there has not moved', async (t) => {
  const {directory} = await begin(t)
  await mkdir(path.join(directory, 'empty'))
  const moved = movedIn(path.join(directory, 'empty', '.git'), () => [])
  await moved()
  t.false(await moved())
})
