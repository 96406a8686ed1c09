import path from 'node:path'

import test from 'ava'

import {isImmError} from '../../../src/errors.ts'
import {currentRef} from '../../../src/source/repository/current.ts'
import {refsOf} from '../../../src/source/repository/list.ts'
import {openRepository} from '../../../src/source/repository/open.ts'
import {resolveRef} from '../../../src/source/repository/resolve.ts'
import {never} from '../tree.ts'
import {gitIn, makeRepository, temporary} from './git.ts'

const odd = [
  'feature/x',
  'feature/y/z',
  'straße/ünïcode-日本',
  '-b',
  '--upload-pack=x',
  'a{b}',
  "it's",
  'HEAD.x',
  'deadbeef',
]

test('every branch is listed, whatever its name, packed or not, with its commit, author, subject and time', async (t) => {
  const made = await makeRepository(t)
  const commit = await made.commit({a: 'a'}, 'Say ü; "quoted" \\ 100%00')
  for (const name of odd) await made.git('update-ref', `refs/heads/${name}`, commit)
  await made.git('tag', '-m', 'a tag', 'v1')
  const repository = await openRepository(made.directory, never)
  const refs = await refsOf(repository, never)
  t.deepEqual(refs.map(({name}) => name).toSorted(), [...odd, 'main'].toSorted())
  t.deepEqual(
    refs.find(({name}) => name === 'feature/x'),
    {
      ref: 'refs/heads/feature/x',
      name: 'feature/x',
      kind: 'branch',
      commit,
      author: 'Mia Ñ',
      subject: 'Say ü; "quoted" \\ 100%00',
      committedMs: 1_700_000_000_000,
    },
  )
  await made.git('pack-refs', '--all')
  t.deepEqual(await refsOf(repository, never), refs)
  for (const name of odd) t.like(await resolveRef(repository, name, never), {name, kind: 'branch', commit})
})

test('a forced push, a deleted branch and a renamed one are seen at once', async (t) => {
  const made = await makeRepository(t)
  const repository = await openRepository(made.directory, never)
  const seen = async () => Object.fromEntries((await refsOf(repository, never)).map(({name, commit}) => [name, commit]))
  const first = await made.git('rev-parse', 'HEAD')
  await made.git('branch', 'one')
  await made.git('branch', 'two')
  const second = await made.commit({a: 'a'})
  t.deepEqual(await seen(), {main: second, one: first, two: first})
  await made.git('branch', '-f', 'one', second)
  await made.git('branch', '-D', '-q', 'two')
  await made.git('branch', '-m', 'one', 'two/nested')
  await made.git('reset', '-q', '--hard', first)
  t.deepEqual(await seen(), {main: first, 'two/nested': second})
})

test('what a person means is found: tags, commits, pull requests, worktrees, full names, branches of a remote', async (t) => {
  const made = await makeRepository(t)
  const first = await made.git('rev-parse', 'HEAD')
  const second = await made.commit({a: 'a'}, 'second')
  await made.git('tag', '-m', 'a tag', 'v1', first)
  await made.git('tag', 'v2', second)
  await made.git('update-ref', 'refs/pull/7/head', first)
  await made.git('update-ref', 'refs/merge-requests/8/head', first)
  await made.git('update-ref', 'refs/remotes/origin/only/there', first)
  const linked = path.join(made.beside, 'linked')
  await made.git('worktree', 'add', '-q', '-b', 'side', linked, first)
  const repository = await openRepository(made.directory, never)
  const find = async (text: string) => resolveRef(repository, text, never)
  t.like(await find('v1'), {ref: 'refs/tags/v1', name: 'v1', kind: 'tag', commit: first, subject: 'first'})
  t.like(await find('v2'), {kind: 'tag', commit: second})
  t.like(await find('refs/tags/v2'), {kind: 'tag', name: 'v2', commit: second})
  const asCommit = {ref: first, name: first.slice(0, 12), kind: 'commit', commit: first, author: 'Mia Ñ'} as const
  t.like(await find(first), asCommit)
  t.like(await find(first.slice(0, 8)), asCommit)
  t.like(await find('main~1'), asCommit)
  for (const text of ['pull/7', 'PR#7', 'pr/7', '#7', 'refs/pull/7/head'])
    t.like(await find(text), {ref: 'refs/pull/7/head', name: 'pull/7', kind: 'pull', commit: first}, text)
  t.like(await find('!8'), {ref: 'refs/merge-requests/8/head', name: 'pull/8', kind: 'pull'})
  t.like(await find('only/there'), {ref: 'refs/remotes/origin/only/there', name: 'only/there', kind: 'branch'})
  t.like(await find('origin/only/there'), {name: 'only/there', kind: 'branch', commit: first})
  const worktree = {ref: 'refs/heads/side', name: 'side', kind: 'worktree', commit: first, directory: linked} as const
  t.like(await find(linked), worktree)
  t.like(await find('HEAD'), {name: 'main', kind: 'branch', commit: second})
  await gitIn(linked, 'checkout', '-q', '--detach')
  t.like(await find(linked), {ref: first, name: 'linked', kind: 'worktree', directory: linked})
})

test('a branch comes before a tag, and before a pull request of its name; a whole commit before both', async (t) => {
  const made = await makeRepository(t)
  const first = await made.git('rev-parse', 'HEAD')
  const second = await made.commit({a: 'a'})
  const repository = await openRepository(made.directory, never)
  for (const name of ['v1', 'pull/7', first]) await made.git('update-ref', `refs/heads/${name}`, second)
  await made.git('tag', 'v1', first)
  await made.git('update-ref', 'refs/pull/7/head', first)
  t.like(await resolveRef(repository, 'v1', never), {kind: 'branch', commit: second})
  t.like(await resolveRef(repository, 'pull/7', never), {kind: 'branch', commit: second})
  t.like(await resolveRef(repository, first, never), {kind: 'commit', commit: first})
})

test('what is not there names what is near, and is never taken for an option or a pattern', async (t) => {
  const made = await makeRepository(t)
  await made.git('branch', 'feature/login-page')
  const repository = await openRepository(made.directory, never)
  const miss = async (text: string) => {
    const error = await t.throwsAsync(resolveRef(repository, text, never), undefined, text)
    t.true(isImmError(error, 'REF_NOT_FOUND'), `${text}: ${error.message}`)
    return isImmError(error) ? error.next : ''
  }
  t.is(await miss('feature/logn-page'), 'Did you mean feature/login-page?')
  t.is(await miss('login'), 'Did you mean feature/login-page?')
  for (const text of [
    '',
    'feature',
    'feature/*',
    '--all',
    '-h',
    '--exec=x',
    ':/nothing',
    'a\0b',
    '../..',
    'f'.repeat(300),
  ])
    await miss(text)
})

test('a repository is the same from its main working tree, a directory in it, and a linked one', async (t) => {
  const made = await makeRepository(t, {'packages/web/a': 'a'})
  await made.git('remote', 'add', 'origin', 'https://mia:secret@example.org/team/shop.git')
  const linked = path.join(made.beside, 'linked')
  await made.git('worktree', 'add', '-q', '-b', 'side', linked)
  const repository = {
    name: 'shop',
    gitDir: path.join(made.directory, '.git'),
    worktree: made.directory,
    origin: 'https://example.org/team/shop.git',
  }
  for (const directory of [made.directory, path.join(made.directory, 'packages', 'web'), linked])
    t.deepEqual(await openRepository(directory, never), repository)
  t.like(await currentRef(linked, never), {name: 'side', kind: 'branch'})
  t.like(await currentRef(made.directory, never), {name: 'main', kind: 'branch'})
  const {commit} = await currentRef(made.directory, never)
  await made.git('checkout', '-q', '--detach')
  t.like(await currentRef(made.directory, never), {ref: commit, kind: 'commit', commit})
})

test('a bare repository has no working tree, and its branches are its own', async (t) => {
  const made = await makeRepository(t)
  const bare = path.join(await temporary(t), 'shop.git')
  await gitIn(made.directory, 'clone', '-q', '--bare', '.', bare)
  const repository = await openRepository(bare, never)
  t.like(repository, {name: 'shop', gitDir: bare, worktree: undefined})
  const linked = path.join(made.beside, 'linked')
  await gitIn(bare, 'worktree', 'add', '-q', '-b', 'side', linked)
  t.like(await openRepository(linked, never), {name: 'shop', gitDir: bare, worktree: undefined})
  t.deepEqual((await refsOf(repository, never)).map(({name}) => name).toSorted(), ['main', 'side'])
})

test('no repository, and a branch without a commit, say so', async (t) => {
  const directory = await temporary(t)
  const fails = async (work: Promise<unknown>, code: 'NOT_A_REPOSITORY' | 'REF_NOT_FOUND') => {
    const error = await t.throwsAsync(work)
    t.true(isImmError(error, code), error.message)
  }
  await fails(openRepository(directory, never), 'NOT_A_REPOSITORY')
  await fails(openRepository(path.join(directory, 'missing'), never), 'NOT_A_REPOSITORY')
  await gitIn(directory, 'init', '-q', '-b', 'main')
  await fails(currentRef(directory, never), 'REF_NOT_FOUND')
  await fails(resolveRef(await openRepository(directory, never), 'HEAD', never), 'REF_NOT_FOUND')
})
