import {lstat, readFile, readdir, readlink, writeFile} from 'node:fs/promises'
import path from 'node:path'

import test from 'ava'

import {keeperOf} from '../../../src/source/contents.ts'
import {placeOf} from '../../../src/source/place.ts'
import {checkOut} from '../../../src/source/repository/check-out.ts'
import {openRepository} from '../../../src/source/repository/open.ts'
import {snapshotOf} from '../../../src/source/snapshot.ts'
import {addTree, never} from '../tree.ts'
import {gitIn, makeRepository, temporary} from './git.ts'

const digestOf = async (directory: string): Promise<string> => {
  const place = placeOf(directory, directory, undefined)
  return snapshotOf(place, await keeperOf(place).update({everything: true, paths: new Set()}, never), []).digest
}

test('holds what a clean clone holds: modes, links, line endings, and what is kept out of archives', async (t) => {
  const made = await makeRepository(t, {
    '.gitattributes': '*.bat text eol=crlf\nsecret.txt export-ignore\nversion export-subst\n',
    'run.sh': {text: '#!/bin/sh\n', mode: 0o755},
    'run.bat': 'echo\r\n',
    'secret.txt': 'kept',
    version: '$Format:%H$',
    link: {link: 'src/a'},
    'src/a': 'a',
    'src/ü €': 'b',
    '-option': 'c',
  })
  const commit = await made.git('rev-parse', 'HEAD')
  const repository = await openRepository(made.directory, never)
  t.deepEqual(await checkOut(repository, commit, made.beside, never), {warnings: []})
  const at = (file: string) => path.join(made.beside, file)
  t.is(await readFile(at('run.bat'), 'utf8'), 'echo\r\n')
  t.is(await readFile(at('secret.txt'), 'utf8'), 'kept')
  t.is(await readFile(at('version'), 'utf8'), '$Format:%H$')
  t.is(await readlink(at('link')), 'src/a')
  t.is((await lstat(at('run.sh'))).mode & 0o111, 0o111)
  const clone = path.join(await temporary(t), 'clone')
  await gitIn(made.directory, 'clone', '--quiet', '.', clone)
  t.is(await digestOf(made.beside), await digestOf(clone))
})

test('another commit changes what differs, and removes what is gone and what was never there', async (t) => {
  const made = await makeRepository(t, {same: 'same', 'src/a': 'a', 'src/b': 'b', kind: 'a file'})
  const first = await made.git('rev-parse', 'HEAD')
  await made.git('rm', '-q', 'kind', 'src/b')
  const second = await made.commit({'kind/now': 'a directory', 'src/a': 'A'})
  const repository = await openRepository(made.directory, never)
  await checkOut(repository, first, made.beside, never)
  const {ino, ctimeMs} = await lstat(path.join(made.beside, 'same'))
  await addTree(made.beside, {stray: 'x', 'nested/.git/HEAD': 'ref: refs/heads/x\n', '.git/HEAD': 'x', empty: null})
  await writeFile(path.join(made.beside, 'src/a'), 'changed by somebody')
  await checkOut(repository, second, made.beside, never)
  t.deepEqual(
    (await readdir(made.beside, {recursive: true})).toSorted(),
    ['Dockerfile', 'kind', 'kind/now', 'same', 'src', 'src/a'].filter((name) => name !== 'Dockerfile'),
  )
  t.is(await readFile(path.join(made.beside, 'src/a'), 'utf8'), 'A')
  const after = await lstat(path.join(made.beside, 'same'))
  t.deepEqual([after.ino, after.ctimeMs], [ino, ctimeMs], 'not written again')
  await checkOut(repository, first, made.beside, never)
  t.is(await readFile(path.join(made.beside, 'kind'), 'utf8'), 'a file')
})

test('nothing of the repository is touched: head, index, working tree, list of worktrees, refs', async (t) => {
  const made = await makeRepository(t, {a: 'a'})
  const other = await made.commit({a: 'b'})
  await made.git('checkout', '-q', '-b', 'work')
  await addTree(made.directory, {a: 'not committed', staged: 'x'})
  await made.git('add', 'staged')
  const index = await lstat(path.join(made.directory, '.git', 'index'))
  const state = async () =>
    Promise.all([
      made.git('status', '--porcelain=v2', '--branch'),
      made.git('worktree', 'list'),
      made.git('for-each-ref'),
      readdir(path.join(made.directory, '.git')),
    ])
  const before = await state()
  const {mtimeMs} = await lstat(path.join(made.directory, '.git', 'index'))
  t.is(mtimeMs, index.mtimeMs)
  await checkOut(await openRepository(made.directory, never), other, made.beside, never)
  t.deepEqual(await state(), before)
  t.is(await readFile(path.join(made.directory, 'a'), 'utf8'), 'not committed')
})
