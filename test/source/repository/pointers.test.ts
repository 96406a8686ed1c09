import {readFile, utimes} from 'node:fs/promises'
import path from 'node:path'

import test from 'ava'

import {checkOut} from '../../../src/source/repository/check-out.ts'
import {openRepository} from '../../../src/source/repository/open.ts'
import {addTree, never} from '../tree.ts'
import {makeRepository} from './git.ts'

const pointer = (n: number) =>
  `version https://git-lfs.github.com/spec/v1\noid sha256:${String(n).repeat(64)}\nsize 12\n`

const files = {
  '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
  'a.bin': pointer(1),
  'b/b.bin': pointer(2),
  'c.bin': pointer(3),
  'd.bin': pointer(4),
  'e.bin': 'content by itself',
  'docs.txt': pointer(5),
}

test('pointers that nobody replaced are named, and replaced once git can', async (t) => {
  const made = await makeRepository(t, files)
  const commit = await made.git('rev-parse', 'HEAD')
  const repository = await openRepository(made.directory, never)
  const {warnings} = await checkOut(repository, commit, made.beside, never)
  t.is(warnings.length, 1)
  t.regex(warnings[0] ?? '', /^a\.bin, b\/b\.bin, c\.bin and 1 more hold Git LFS pointers .*git lfs install/)
  await made.git('config', 'filter.lfs.smudge', "sed 's/.*/content/;2,$d'")
  t.deepEqual(await checkOut(repository, commit, made.beside, never), {warnings: []})
  t.is(await readFile(path.join(made.beside, 'b', 'b.bin'), 'utf8'), 'content\n')
})

test('a Git LFS that fails, or is not installed, costs the content of its files alone', async (t) => {
  const made = await makeRepository(t, files)
  const program = `${made.beside}-git-lfs`
  await made.git('config', 'filter.lfs.smudge', `${program} smudge`)
  await made.git('config', 'filter.lfs.required', 'true')
  const repository = await openRepository(made.directory, never)
  const commit = await made.git('rev-parse', 'HEAD')
  for (const round of ['the first time', 'and again']) {
    const {warnings} = await checkOut(repository, commit, made.beside, never)
    t.regex(warnings.join(), /Git LFS pointers/, round)
    t.is(await readFile(path.join(made.beside, 'a.bin'), 'utf8'), files['a.bin'])
    t.is(await readFile(path.join(made.beside, 'e.bin'), 'utf8'), 'content by itself')
  }
  // As if writing them had taken longer: git looks again into what was written in the same moment as its index.
  const later = Date.now() / 1000 + 5
  await utimes(path.join(path.dirname(made.beside), '.checkout.git-index', 'index'), later, later)
  await addTree(path.dirname(program), {
    [path.basename(program)]: {text: '#!/bin/sh\ncat >/dev/null\necho content\n', mode: 0o755},
  })
  t.deepEqual(await checkOut(repository, commit, made.beside, never), {warnings: []}, 'installed meanwhile')
  t.is(await readFile(path.join(made.beside, 'a.bin'), 'utf8'), 'content\n')
})
