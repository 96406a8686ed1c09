import {mkdir, rm, symlink} from 'node:fs/promises'

import test from 'ava'

import type {Content} from '../../src/ledger/entry.ts'
import {openWriter} from '../../src/ledger/writer.ts'
import {until} from '../support/until.ts'
import {limits, testLedger, who, type TestLedger} from './kit.ts'

const writerOf = ({place, runtime}: TestLedger, onTrouble: (message: string) => void) =>
  openWriter({place, runtime, who, limits, onTrouble})

const change = (file: string): Content => ({type: 'change', files: [file], count: 1})

const filesOf = async (ledger: TestLedger): Promise<string[]> =>
  (await ledger.entries()).flatMap((entry) => (entry.type === 'change' ? entry.files : [entry.type]))

const calm = (message: string) => {
  throw new Error(message)
}

test('what was recorded is on the disk when the writer is disposed, in order', async (t) => {
  await using ledger = await testLedger()
  const names = Array.from({length: 50}, (_, index) => `file ${index}`)
  {
    await using writer = writerOf(ledger, calm)
    for (const name of names) writer.record(change(name))
  }
  t.deepEqual(await filesOf(ledger), names)
  t.like((await ledger.entries())[0], {who})
})

test('it is written by itself soon after, too', async (t) => {
  await using ledger = await testLedger()
  await using writer = writerOf(ledger, calm)
  writer.record(change('a'))
  await until(async () => (await ledger.entries()).length === 1)
  writer.record(change('b'))
  await until(async () => (await ledger.entries()).length === 2)
  t.like(await ledger.verify(), {intact: true})
})

test('a torn line is repaired and said', async (t) => {
  await using ledger = await testLedger()
  await ledger.append([{...change('a'), time: '', who}])
  const {appendFile} = await import('node:fs/promises')
  await appendFile(ledger.place.current, '{"seq')
  const said: string[] = []
  {
    await using writer = writerOf(ledger, (message) => said.push(message))
    writer.record(change('b'))
  }
  t.deepEqual(await filesOf(ledger), ['a', 'repaired', 'b'])
  t.is(said.length, 1)
  t.regex(said[0] ?? '', /torn: 5 bytes/)
})

/** where /dev/full is */
const onLinux = process.platform === 'linux' ? test : test.skip

onLinux('a full disk is said once, and what could not be written follows when there is space', async (t) => {
  await using ledger = await testLedger()
  await mkdir(ledger.place.directory, {recursive: true})
  await symlink('/dev/full', ledger.place.current)
  const said: string[] = []
  {
    await using writer = writerOf(ledger, (message) => said.push(message))
    writer.record(change('a'))
    await until(async () => said.length > 0)
    writer.record(change('b'))
    await new Promise((resolve) => setTimeout(resolve, 150))
    await rm(ledger.place.current)
    writer.record(change('c'))
  }
  t.deepEqual(await filesOf(ledger), ['a', 'b', 'c'])
  t.is(said.length, 1)
  t.regex(said[0] ?? '', /ENOSPC.*imm goes on without it/)
})

test('while nothing can be written only so much is kept, and how much was lost is recorded', async (t) => {
  await using ledger = await testLedger()
  await mkdir(ledger.place.current, {recursive: true})
  const said: string[] = []
  {
    await using writer = writerOf(ledger, (message) => said.push(message))
    for (let count = 0; count < 1500; count++) writer.record(change(`file ${count}`))
    await until(async () => said.length > 0)
    await rm(ledger.place.current, {recursive: true})
  }
  const files = await filesOf(ledger)
  t.deepEqual([files.length, files[0], files[1], files.at(-1)], [1001, 'lost', 'file 500', 'file 1499'])
  t.like((await ledger.entries())[0], {type: 'lost', count: 500})
})
