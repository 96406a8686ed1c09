import {chmod, mkdir, rename, rm, symlink, writeFile} from 'node:fs/promises'

import test from 'ava'
import * as fc from 'fast-check'

import {keeperOf} from '../../src/source/contents.ts'
import {placeOf} from '../../src/source/place.ts'
import {addTree, listen, makeTree, never, open} from './tree.ts'

const freshLook = async (directory: string) =>
  (await keeperOf(placeOf(directory, directory, 'Dockerfile')).update({everything: true, paths: new Set()}, never)).root

const name = fc.constantFrom('a', 'b', 'c')
const file = fc.array(name, {minLength: 1, maxLength: 4}).map((names) => names.join('/'))
const edit = fc.oneof(
  fc.record({what: fc.constantFrom('write', 'mkdir', 'rm', 'chmod', 'link', 'look'), at: file, to: fc.constant('')}),
  fc.record({what: fc.constant('rename'), at: file, to: file}),
)
const rules = fc.constantFrom('', 'b\n', 'b\n!b/c\n', '**/c\n!a/b/c\n', '*\n!a/b\n', 'Dockerfile\na\n')

test('after whatever was done, what events told is what a look at everything finds', async (t) => {
  await fc.assert(
    fc.asyncProperty(rules, fc.array(edit, {maxLength: 25}), async (ignored, edits) => {
      const directory = await makeTree(t, {'.dockerignore': ignored, 'a/b/c/file': '1', 'b/c/file': '2', 'c/file': '3'})
      const source = open(t, directory)
      await source.snapshot(never)
      for (const {what, at, to} of edits) {
        const path = `${directory}/${at}`
        // Most of what is tried is impossible at that moment.
        await Promise.allSettled([
          what === 'write' && writeFile(path, String(Math.random())),
          what === 'mkdir' && mkdir(path, {recursive: true}),
          what === 'rm' && rm(path, {recursive: true}),
          what === 'chmod' && chmod(path, 0o750),
          what === 'link' && symlink('a', path),
          what === 'rename' && rename(path, `${directory}/${to}`),
          what === 'look' && source.snapshot(never),
        ])
      }
      const {tree, files, bytes} = await source.snapshot(never)
      const fresh = await freshLook(directory)
      t.deepEqual([tree.digest, files, bytes], [fresh.digest, fresh.files, fresh.bytes])
      t.is(await source.rescan(never), 0)
    }),
    {numRuns: 150},
  )
})

test('names that are no text are told of as they come and go', async (t) => {
  const directory = await makeTree(t, {src: null})
  const source = open(t, directory)
  t.deepEqual((await source.snapshot(never)).warnings, [])
  const bad = Buffer.concat([Buffer.from(`${directory}/src/bad`), Buffer.from([0xff])])
  await writeFile(bad, '')
  t.regex((await source.snapshot(never)).warnings.join(), /not valid UTF-8: "src\/bad\uFFFD"/)
  t.is(await source.rescan(never), 0)
  await rm(bad)
  t.deepEqual((await source.snapshot(never)).warnings, [])
})

test('a directory that was moved is watched where it is now, and its old place as well', async (t) => {
  const directory = await makeTree(t, {'old/deep/a': '1', b: '1'})
  const source = open(t, directory)
  await source.snapshot(never)
  const changes = listen(t, source)
  await rename(`${directory}/old`, `${directory}/new`)
  t.deepEqual((await changes.next()).files, ['new', 'new/deep', 'new/deep/a', 'old', 'old/deep', 'old/deep/a'])
  await source.snapshot(never)
  await writeFile(`${directory}/new/deep/a`, '2')
  t.deepEqual((await changes.next()).files, ['new/deep/a'])
  await addTree(directory, {'old/deep/a': '3'})
  while ((await source.snapshot(never)).tree.digest !== (await freshLook(directory)).digest)
    t.fail('an event is missing')
  await changes.nothingBefore(() => writeFile(`${directory}/old/deep/a`, '4'), 'old/deep/a')
})

test('what comes with a directory that is moved into the project counts, and is watched from then on', async (t) => {
  const elsewhere = await makeTree(t, {'lib/x/y/z': '1'})
  const directory = await makeTree(t)
  const source = open(t, directory)
  await source.snapshot(never)
  const changes = listen(t, source)
  await rename(`${elsewhere}/lib`, `${directory}/lib`)
  t.deepEqual((await changes.next()).files, ['lib', 'lib/x', 'lib/x/y', 'lib/x/y/z'])
  await writeFile(`${directory}/lib/x/y/z`, '2')
  t.deepEqual((await changes.next()).files, ['lib/x/y/z'])
})

test('of a large tree that comes at once every directory is watched', async (t) => {
  const directories = Array.from({length: 600}, (_, index) => `d${index % 30}/e${index}`)
  const elsewhere = await makeTree(t, Object.fromEntries(directories.map((each) => [`lib/${each}/file`, '1'])))
  const directory = await makeTree(t)
  const source = open(t, directory)
  await source.snapshot(never)
  const changes = listen(t, source)
  await rename(`${elsewhere}/lib`, `${directory}/lib`)
  t.is((await changes.next()).count, 1 + 30 + 2 * 600)
  for (const each of ['d0/e0', 'd7/e307', 'd29/e599'])
    await changes.nothingBefore(() => writeFile(`${directory}/lib/${each}/file`, '2'), `lib/${each}/file`)
})

test('a directory that was moved out of the project is not heard of again', async (t) => {
  const elsewhere = await makeTree(t)
  const directory = await makeTree(t, {'lib/x/y': '1'})
  const source = open(t, directory)
  await source.snapshot(never)
  const changes = listen(t, source)
  await rename(`${directory}/lib`, `${elsewhere}/lib`)
  t.deepEqual((await changes.next()).files, ['lib', 'lib/x', 'lib/x/y'])
  await writeFile(`${elsewhere}/lib/x/y`, '2')
  await changes.nothingBefore(() => writeFile(`${directory}/mark`, ''), 'mark')
})

test('settings in a directory that comes later, goes and comes again are noticed', async (t) => {
  const directory = await makeTree(t, {'app/Dockerfile': ''})
  const settingsFiles = [`${directory}/config/deep/imm.yaml`]
  const source = open(t, directory, {context: `${directory}/app`, settingsFiles})
  await source.snapshot(never)
  const changes = listen(t, source)
  for (const content of ['1', '2']) {
    await addTree(directory, {'config/deep/imm.yaml': content})
    t.deepEqual((await changes.next()).files, ['config/deep/imm.yaml'])
    await rename(`${directory}/config`, `${directory}/away${content}`)
    t.deepEqual((await changes.next()).files, ['config/deep/imm.yaml'])
  }
})

test('a context that is moved away is a change, and so is its return', async (t) => {
  const directory = await makeTree(t, {'app/Dockerfile': '', 'app/src/a': '1'})
  const source = open(t, directory, {context: `${directory}/app`})
  const before = await source.snapshot(never)
  const changes = listen(t, source)
  await rename(`${directory}/app`, `${directory}/away`)
  t.true((await changes.next()).count > 0)
  await t.throwsAsync(source.snapshot(never), {code: 'PROJECT_NOT_FOUND'})
  await rename(`${directory}/away`, `${directory}/app`)
  await writeFile(`${directory}/app/src/a`, '2')
  t.true((await changes.next()).count > 0)
  t.not((await source.snapshot(never)).digest, before.digest)
})
