import test from 'ava'
import {execa} from 'execa'

import {checkoutOf} from '../../src/source/checkout.ts'
import {temporaryProject} from '../config/project.ts'

const {signal} = new AbortController()

const git = async (cwd: string, ...args: string[]) =>
  execa('git', args, {
    cwd,
    env: {GIT_AUTHOR_NAME: 'm', GIT_AUTHOR_EMAIL: 'm@x', GIT_COMMITTER_NAME: 'm', GIT_COMMITTER_EMAIL: 'm@x'},
  })

test('tells commit and branch, and anything that is in no commit', async (t) => {
  await using project = await temporaryProject({'src/a.js': 'a'})
  const {directory} = project
  const checkout = async () => checkoutOf(directory, [`${directory}/src`], signal)
  t.is(await checkout(), undefined, 'outside of git')
  await git(directory, 'init', '-q', '-b', 'trunk')
  t.is(await checkout(), undefined, 'before the first commit')
  await git(directory, 'add', '.')
  await git(directory, 'commit', '-q', '-m', 'first')
  const commit = (await git(directory, 'rev-parse', 'HEAD')).stdout
  t.deepEqual(await checkout(), {commit, branch: 'trunk', dirty: false})
  await project.write('src/b.js', 'untracked')
  t.deepEqual(await checkout(), {commit, branch: 'trunk', dirty: true})
  await git(directory, 'add', '.')
  await git(directory, 'commit', '-q', '-m', 'second')
  await project.write('src/a.js', 'changed')
  t.like(await checkout(), {dirty: true})
  await git(directory, 'checkout', '-q', 'src/a.js')
  await project.write('notes.txt', 'elsewhere')
  t.like(await checkout(), {dirty: false})
  await git(directory, 'checkout', '-q', '--detach', commit)
  t.like(await checkout(), {commit, branch: undefined})
})
