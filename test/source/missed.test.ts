import {link, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test from 'ava'
import type {ExecutionContext} from 'ava'

import {listen, makeTree, never, open, untilOld} from './tree.ts'

/** A second name for a file, in a directory that nobody watches: a write by that name has no event. */
const unwatchedName = async (t: ExecutionContext, file: string): Promise<string> => {
  const elsewhere = await mkdtemp(path.join(tmpdir(), 'imm-elsewhere-'))
  t.teardown(() => rm(elsewhere, {recursive: true, force: true}))
  await link(file, `${elsewhere}/name`)
  return `${elsewhere}/name`
}

test('what no event told is found when asked for, released, and said', async (t) => {
  const directory = await makeTree(t, {'src/a': '1', b: '1'})
  const unwatched = await unwatchedName(t, `${directory}/src/a`)
  await untilOld()
  const source = open(t, directory)
  const before = await source.snapshot(never)
  await writeFile(unwatched, '2')
  t.is((await source.snapshot(never)).tree, before.tree, 'no event told')
  t.is(await source.rescan(never), 1)
  const after = await source.snapshot(never)
  t.not(after.digest, before.digest)
  t.is(after.warnings.length, 1)
  t.regex(after.warnings[0] ?? '', /^A file changed without an event \(src\/a\)/)
  t.is(await source.rescan(never), 0)
  t.deepEqual((await source.snapshot(never)).warnings, [])
})

test('what no event told is found by itself after a while, and is a change', async (t) => {
  const directory = await makeTree(t, {'src/a': '1'})
  const unwatched = await unwatchedName(t, `${directory}/src/a`)
  const source = open(t, directory, {rescanMs: 100})
  const before = await source.snapshot(never)
  const changes = listen(t, source)
  await writeFile(unwatched, '2')
  t.deepEqual((await changes.next()).files, ['src/a'])
  const after = await source.snapshot(never)
  t.not(after.digest, before.digest)
  t.regex(after.warnings.join('\n'), /without an event/)
})

test('what events told is not said to be missed, though a look at everything sees it too', async (t) => {
  const directory = await makeTree(t, Object.fromEntries(Array.from({length: 200}, (_, index) => [`f${index}`, ''])))
  const source = open(t, directory)
  await source.snapshot(never)
  const scans: Promise<number>[] = []
  for (let index = 0; index < 100; index++) {
    await writeFile(`${directory}/f${index}`, 'saved')
    if (index % 10 === 0) {
      scans.push(source.rescan(never))
      await mkdir(`${directory}/new${index}/deep`, {recursive: true})
      await writeFile(`${directory}/new${index}/deep/file`, '')
    }
  }
  t.deepEqual([...new Set(await Promise.all(scans))], [0])
  t.deepEqual((await source.snapshot(never)).warnings, [])
})

test('a write by one of two names in the project is a change of both', async (t) => {
  const directory = await makeTree(t, {'a/one': '1', b: null})
  await link(`${directory}/a/one`, `${directory}/b/two`)
  const source = open(t, directory)
  await source.snapshot(never)
  const changes = listen(t, source)
  await writeFile(`${directory}/a/one`, '2')
  t.deepEqual((await changes.next()).files, ['a/one', 'b/two'])
})
