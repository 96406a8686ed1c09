import {readdir, rm, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {fileURLToPath} from 'node:url'

import test from 'ava'
import {execa} from 'execa'

import {allotNumbers} from '../../src/state/numbers.ts'
import type {Allotment, Numbers} from '../../src/state/numbers.ts'
import {temporaryProject} from '../config/project.ts'

const id = {project: 'shop', environment: 'main', app: 'web'}
const none = {release: 0, generation: 0}
const allot = (home: string, request: Partial<Allotment> = {}) =>
  allotNumbers({home, id, atLeast: none, kind: 'release', signal: AbortSignal.timeout(20_000), ...request})

test('begins at one, and both numbers rise', async (t) => {
  await using home = await temporaryProject()
  t.deepEqual(await allot(home.directory), {release: 1, generation: 1})
  t.deepEqual(await allot(home.directory), {release: 2, generation: 2})
})

test('raises only the generation for another attempt with a release', async (t) => {
  await using home = await temporaryProject()
  await allot(home.directory)
  t.deepEqual(await allot(home.directory, {kind: 'generation'}), {release: 1, generation: 2})
  t.deepEqual(await allot(home.directory), {release: 2, generation: 3})
})

test('counts for each environment on its own', async (t) => {
  await using home = await temporaryProject()
  await allot(home.directory)
  t.deepEqual(await allot(home.directory, {id: {...id, environment: 'login'}}), {release: 1, generation: 1})
  t.deepEqual(await allot(home.directory, {id: {...id, app: 'api'}}), {release: 2, generation: 2})
})

test('goes on above what the labels know where the state was lost', async (t) => {
  await using home = await temporaryProject()
  await allot(home.directory)
  await rm(path.join(home.directory, 'numbers'), {recursive: true})
  t.deepEqual(await allot(home.directory, {atLeast: {release: 7, generation: 9}}), {release: 8, generation: 10})
  t.deepEqual(await allot(home.directory), {release: 9, generation: 11})
})

test('takes a spoiled file for a lost one, and still never repeats a generation', async (t) => {
  await using home = await temporaryProject()
  await allot(home.directory)
  const [file = ''] = await readdir(path.join(home.directory, 'numbers', 'shop', 'main'))
  for (const spoiled of ['', '{', 'null', '{"release": "x"}', '{"release": 1.5}']) {
    const directory = path.join(home.directory, 'numbers', 'shop', 'main')
    await rm(directory, {recursive: true})
    await home.write(`numbers/shop/main/${file}`, spoiled)
    t.deepEqual(await allot(home.directory, {atLeast: {release: 3, generation: 1}}), {release: 4, generation: 2})
  }
})

test('leaves one small file behind, whatever lies beside it', async (t) => {
  await using home = await temporaryProject()
  const directory = path.join(home.directory, 'numbers', 'shop', 'main')
  for (let time = 0; time < 5; time++) await allot(home.directory)
  t.deepEqual(await readdir(directory), ['5.json'])
  await writeFile(path.join(directory, 'notes.txt'), '')
  t.deepEqual(await allot(home.directory), {release: 6, generation: 6})
})

test('never gives two processes the same number, and rises for each', async (t) => {
  await using home = await temporaryProject()
  const script = fileURLToPath(new URL('allot.ts', import.meta.url))
  const run = async (kind: string) =>
    (await execa(process.execPath, [script, home.directory, kind, '40'])).stdout
      .split('\n')
      .map((line) => JSON.parse(line) as Numbers)
  const runs = await Promise.all([run('release'), run('release'), run('generation')])
  const all = runs.flat().toSorted((a, b) => a.generation - b.generation)
  t.is(new Set(all.map(({generation}) => generation)).size, 120)
  const released = [...(runs[0] ?? []), ...(runs[1] ?? [])].map(({release}) => release)
  t.is(new Set(released).size, 80)
  for (const numbers of runs)
    t.deepEqual(
      numbers,
      numbers.toSorted((a, b) => a.generation - b.generation),
    )
  for (const [index, {release}] of all.entries()) t.true(release >= (all[index - 1]?.release ?? 0))
})

test('stops when its signal does', async (t) => {
  await using home = await temporaryProject()
  const reason = new Error('enough')
  t.is(await t.throwsAsync(allot(home.directory, {signal: AbortSignal.abort(reason)})), reason)
  t.deepEqual(await readdir(home.directory), [])
})
