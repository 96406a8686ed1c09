import {utimes, writeFile} from 'node:fs/promises'
import path from 'node:path'

import test from 'ava'

import {keeperOf} from '../../src/source/contents.ts'
import {placeOf} from '../../src/source/place.ts'
import {callsIn} from './calls.ts'
import {listen, makeOldTree, makeTree, never, open} from './tree.ts'

const everything = {everything: true, paths: new Set<string>()}

const manyFiles = Object.fromEntries(
  Array.from({length: 400}, (_, index) => [`src/d${index % 20}/f${index}`, String(index)]),
)

test('a save costs the file and its directory, however many files there are', async (t) => {
  const directory = await makeOldTree(t, manyFiles)
  const calls = callsIn(directory)
  const source = open(t, directory)
  const before = await source.snapshot(never)
  t.is(calls.of('openSync').length, 401)
  const changes = listen(t, source)
  calls.reset()
  await writeFile(`${directory}/src/d3/f3`, 'saved')
  t.deepEqual((await changes.next()).files, ['src/d3/f3'])
  const after = await source.snapshot(never)
  t.not(after.digest, before.digest)
  t.deepEqual(calls.of('openSync'), ['src/d3/f3'])
  t.deepEqual(calls.of('readdirSync'), [])
  t.deepEqual(calls.of('lstatSync'), ['', 'Dockerfile', 'src/d3', 'src/d3/f3'])
})

test('snapshots share what is the same in both', async (t) => {
  const directory = await makeTree(t, manyFiles)
  const source = open(t, directory)
  const first = await source.snapshot(never)
  t.is((await source.snapshot(never)).tree, first.tree)
  await writeFile(`${directory}/src/d3/f3`, 'saved')
  const second = await source.snapshot(never)
  const src = (of: typeof first) => {
    const found = of.tree.children.get('src')
    if (found?.kind !== 'directory') throw new Error('no src')
    return found
  }
  t.not(src(second).digest, src(first).digest)
  for (const [name, node] of src(first).children) {
    if (name === 'd3') t.not(src(second).children.get(name), node)
    else t.is(src(second).children.get(name), node)
  }
  // A look at everything finds the same.
  await utimes(`${directory}/src/d3/f3`, 1, 1)
  await source.rescan(never)
  t.is((await source.snapshot(never)).digest, second.digest)
})

test('a look at everything reads no file whose stat is the same, but one that was read too soon after it was written', async (t) => {
  const directory = await makeOldTree(t, {old: 'one', fresh: 'two'})
  // In the future: however late it is read, that is too soon.
  await utimes(`${directory}/fresh`, Date.now() / 1000 + 60, Date.now() / 1000 + 60)
  const calls = callsIn(directory)
  const keeper = keeperOf(placeOf(directory, directory, 'Dockerfile'))
  const first = await keeper.update(everything, never)
  calls.reset()
  const second = await keeper.update(everything, never)
  t.deepEqual(calls.of('openSync'), ['fresh'])
  t.is(second.root, first.root)
  await writeFile(`${directory}/old`, 'eno')
  const third = await keeper.update({everything: false, paths: new Set()}, never)
  t.is(third.root, first.root, 'what was not reported is not looked at')
  t.not((await keeper.update(everything, never)).root.digest, first.root.digest)
})

test('what is ignored as a whole is neither watched nor looked into', async (t) => {
  const directory = await makeTree(t, {'.dockerignore': 'lib\n', 'lib/a/b': '', 'src/a/b': '', '.git/objects/a': ''})
  const calls = callsIn(directory)
  const source = open(t, directory)
  await source.snapshot(never)
  t.deepEqual(calls.of('watch'), ['', 'src', 'src/a'])
  t.false(calls.of('lstatSync').some((file) => file.startsWith(`lib${path.sep}`)))
})
