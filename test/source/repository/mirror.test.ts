import {lstat, readFile, rename, stat, utimes, writeFile} from 'node:fs/promises'
import path from 'node:path'

import test from 'ava'

import {isImmError} from '../../../src/errors.ts'
import {currentRef} from '../../../src/source/repository/current.ts'
import {refsOf} from '../../../src/source/repository/list.ts'
import {fetchMirror, openMirror} from '../../../src/source/repository/mirror.ts'
import {openRepository} from '../../../src/source/repository/open.ts'
import {resolveRef} from '../../../src/source/repository/resolve.ts'
import {never} from '../tree.ts'
import {makeRepository, temporary} from './git.ts'

test('a mirror has branches, tags and pull requests, and follows what is pushed by force, deleted and renamed', async (t) => {
  const made = await makeRepository(t, {a: 'a'}, 'shop.git')
  const home = await temporary(t)
  const first = await made.git('rev-parse', 'HEAD')
  await made.git('branch', 'feature')
  await made.git('tag', 'v1')
  await made.git('update-ref', 'refs/pull/7/head', first)
  await made.git('update-ref', 'refs/pull/7/merge', first)
  const mirror = await openMirror(made.directory, home, never)
  t.like(mirror, {name: 'shop', worktree: undefined, origin: made.directory})
  t.is(path.dirname(mirror.gitDir), path.join(home, 'mirrors'))
  t.is((await stat(mirror.gitDir)).mode & 0o777, 0o700)
  const seen = async () => Object.fromEntries((await refsOf(mirror, never)).map(({name, commit}) => [name, commit]))
  t.deepEqual(await seen(), {feature: first, main: first, 'pull/7': first})
  t.like(await currentRef(mirror.gitDir, never), {name: 'main'})
  t.like(await resolveRef(mirror, 'v1', never), {kind: 'tag', commit: first})

  const second = await made.commit({a: 'b'})
  await made.git('branch', '-m', 'feature', 'feature/nested')
  await made.git('branch', 'forced', first)
  t.deepEqual(await openMirror(made.directory, home, never), mirror)
  t.deepEqual(await seen(), {feature: first, main: first, 'pull/7': first}, 'as it was last fetched')
  await fetchMirror(mirror, never)
  t.deepEqual(await seen(), {'feature/nested': first, forced: first, main: second, 'pull/7': first})
  await made.git('update-ref', '-d', 'refs/pull/7/head')
  await made.git('branch', '-f', 'forced', second)
  await made.git('branch', '-m', 'main', 'trunk')
  await fetchMirror(mirror, never)
  t.deepEqual(await seen(), {'feature/nested': first, forced: second, trunk: second})
  t.like(await currentRef(mirror.gitDir, never), {name: 'trunk'})
  t.deepEqual(await openRepository(mirror.gitDir, never), mirror)
})

test('a remote that is away says so without its password, and the mirror stays as it was', async (t) => {
  const made = await makeRepository(t)
  const home = await temporary(t)
  const mirror = await openMirror(made.directory, home, never)
  await rename(made.directory, `${made.directory}.away`)
  const away = await t.throwsAsync(fetchMirror(mirror, never))
  t.true(isImmError(away, 'REMOTE_UNREACHABLE'))
  t.deepEqual(
    (await refsOf(await openMirror(made.directory, home, never), never)).map(({name}) => name),
    ['main'],
  )
  const error = await t.throwsAsync(openMirror('https://mia:hunter2@127.0.0.1:1/shop.git', home, never))
  if (!isImmError(error, 'REMOTE_UNREACHABLE')) throw error
  t.false(`${error.message}${error.output.join()}`.includes('hunter2'))
})

test('what a killed git left locked is repaired once it is old, and never taken from one at work', async (t) => {
  const made = await makeRepository(t)
  const mirror = await openMirror(made.directory, await temporary(t), never)
  await made.commit({a: 'a'})
  const lock = path.join(mirror.gitDir, 'refs', 'heads', 'main.lock')
  await writeFile(lock, '')
  t.true(isImmError(await t.throwsAsync(fetchMirror(mirror, never)), 'REMOTE_UNREACHABLE'))
  t.is(await readFile(lock, 'utf8'), '')
  await utimes(lock, 0, 0)
  await fetchMirror(mirror, never)
  await t.throwsAsync(lstat(lock))
})

test('an address is never an option or a program', async (t) => {
  const home = await temporary(t)
  const mark = path.join(home, 'mark')
  for (const address of [`ext::sh -c touch% ${mark}`, `--upload-pack=touch ${mark}`, `-u touch ${mark}`]) {
    const error = await t.throwsAsync(openMirror(address, home, never))
    t.true(isImmError(error, 'REMOTE_UNREACHABLE'), error.message)
  }
  await t.throwsAsync(lstat(mark))
})
