import {once} from 'node:events'
import {appendFile, readdir, stat, symlink, mkdir, truncate, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {fileURLToPath} from 'node:url'

import test from 'ava'
import {execa} from 'execa'

import type {Limits} from '../../src/ledger/append.ts'
import {readTail} from '../../src/ledger/tail.ts'
import {changed, testLedger, toldBy} from './kit.ts'

/** where /dev/full is */
const onLinux = process.platform === 'linux' ? test : test.skip

test('entries are read as they were written, numbered from one', async (t) => {
  await using ledger = await testLedger()
  await ledger.append([changed('a'), changed('b')])
  await ledger.append([changed('c')])
  const entries = await ledger.entries()
  t.deepEqual(toldBy(entries), ['a', 'b', 'c'].map(changed))
  t.deepEqual(
    entries.map(({seq}) => seq),
    [1, 2, 3],
  )
  t.like(await ledger.verify(), {intact: true, entries: 3})
})

test('only its owner can read it', async (t) => {
  await using ledger = await testLedger()
  await ledger.append([changed('a')])
  t.is((await stat(ledger.place.current)).mode & 0o777, 0o600)
  t.is((await stat(ledger.place.directory)).mode & 0o777, 0o700)
})

test('a line that is torn at any byte is taken out by the next entry, which says so', async (t) => {
  await using ledger = await testLedger()
  await ledger.append([changed('a'), changed('ä€')])
  const whole = await ledger.bytes()
  const lastLine = whole.lastIndexOf(0x0a, whole.length - 2) + 1
  for (let length = whole.length - 1; length > lastLine; length--) {
    await writeFile(ledger.place.current, whole.subarray(0, length))
    const torn = length - lastLine
    // Whole but for its line break: nothing is lost.
    const isWhole = length === whole.length - 1
    t.like(await readTail(ledger.place), {link: {seq: isWhole ? 2 : 1}, torn: isWhole ? 0 : torn})
    if (length % 16 !== 0 && !isWhole) continue
    t.is(await ledger.append([changed('b')]), isWhole ? 0 : torn)
    const [, second, third] = await ledger.entries()
    if (isWhole) t.like(third, changed('b'))
    else t.like(second, {type: 'repaired', bytes: torn})
    t.deepEqual([(await ledger.verify()).intact, (await ledger.entries()).length], [true, 3])
  }
  await truncate(ledger.place.current, lastLine)
  t.is(await ledger.append([changed('b')]), 0, 'a line that is gone as a whole leaves no trace')
})

test('a torn line is told by the proof before anything repairs it', async (t) => {
  await using ledger = await testLedger()
  await ledger.append([changed('a')])
  await appendFile(ledger.place.current, '{"seq":2,"pr')
  t.like(await ledger.verify(), {intact: false, problem: 'torn', line: 2, entries: 1})
})

test('zeros that a power cut left are taken out', async (t) => {
  await using ledger = await testLedger()
  await ledger.append([changed('a')])
  await appendFile(ledger.place.current, Buffer.alloc(200_000))
  t.is(await ledger.append([changed('b')]), 200_000)
  t.like(await ledger.verify(), {intact: true, entries: 3})
})

test('a whole line that was changed stays, and the chain is written on after it', async (t) => {
  await using ledger = await testLedger()
  await ledger.append([changed('a'), changed('b')])
  const bytes = await ledger.bytes()
  await writeFile(ledger.place.current, bytes.toString().replace('["b"]', '["x"]'))
  t.is(await ledger.append([changed('c')]), 0)
  t.like(await ledger.verify(), {intact: false, problem: 'changed', line: 2})
  t.deepEqual(toldBy(await ledger.entries()), ['a', 'c'].map(changed))
})

const small: Limits = {fileBytes: 1000, endedFiles: 2}

test('files are ended at their size, the oldest let go, and the chain goes on through all of them', async (t) => {
  await using ledger = await testLedger()
  for (let count = 1; count <= 40; count++) await ledger.append([changed(`file ${count}`)], small)
  const names = (await readdir(ledger.place.directory)).filter((name) => name.endsWith('.jsonl'))
  t.is(names.length, 3)
  const entries = await ledger.entries()
  const first = entries[0]?.seq ?? 0
  t.true(first > 1)
  t.deepEqual(
    entries.map(({seq}) => seq),
    Array.from({length: 41 - first}, (_, index) => first + index),
  )
  t.like(await ledger.verify(small), {intact: true, entries: 41 - first, first})
  for (const name of names) t.true((await stat(path.join(ledger.place.directory, name))).size < 2000)
})

test('a process that dies between ending a file and writing the next leaves the chain as it is', async (t) => {
  await using ledger = await testLedger()
  await ledger.append([changed('a')], {...small, fileBytes: 1})
  await ledger.append([changed('b')], {...small, fileBytes: 1})
  // What the dead process had made of its new file: nothing.
  await writeFile(ledger.place.current, '')
  await ledger.append([changed('c')], small)
  t.deepEqual(
    (await ledger.entries()).map(({seq}) => seq),
    [1, 2],
  )
  t.like(await ledger.verify(), {intact: true, entries: 2})
})

test('several processes write one chain, and each its own entries in order', async (t) => {
  await using ledger = await testLedger()
  const script = fileURLToPath(new URL('append-many.ts', import.meta.url))
  const limit = {fileBytes: 20_000, endedFiles: 100}
  const writers = ['one', 'two', 'three', 'four']
  await Promise.all(
    writers.map(async (name) => execa(process.execPath, [script, ledger.home, name, '40', JSON.stringify(limit)])),
  )
  const entries = await ledger.entries()
  t.like(await ledger.verify(limit), {intact: true, entries: 160, first: 1})
  for (const name of writers)
    t.deepEqual(
      entries.flatMap((entry) => (entry.type === 'change' ? entry.files : [])).filter((file) => file.startsWith(name)),
      Array.from({length: 40}, (_, index) => `${name} ${index}`),
    )
})

test('writers that are killed at any moment leave no lock and no broken chain behind', async (t) => {
  await using ledger = await testLedger()
  const script = fileURLToPath(new URL('append-many.ts', import.meta.url))
  for (let round = 0; round < 6; round++) {
    const victims = ['one', 'two'].map((name) =>
      execa(process.execPath, [script, ledger.home, name, '100000', JSON.stringify(small)], {reject: false}),
    )
    await Promise.all(
      victims.map(async (victim) => {
        // Each prints a line per entry: killed somewhere in the middle of the next.
        await once(victim.stdout, 'data')
        for (let turn = 0; turn < round; turn++) await new Promise(setImmediate)
        victim.kill('SIGKILL')
        await victim
      }),
    )
    const startedMs = performance.now()
    await ledger.append([changed(`round ${round}`)], small)
    t.true(performance.now() - startedMs < 2000)
    t.true((await ledger.verify(small)).intact)
  }
  const sockets = await readdir(ledger.runtime)
  t.true(sockets.length <= 12, 'at most one for each that was killed')
})

onLinux('a full disk fails, and leaves what is written as it was', async (t) => {
  await using ledger = await testLedger()
  await mkdir(ledger.place.directory, {recursive: true})
  await symlink('/dev/full', ledger.place.current)
  await t.throwsAsync(ledger.append([changed('a')]), {code: 'ENOSPC'})
})
