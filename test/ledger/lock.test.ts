import {readdir} from 'node:fs/promises'
import path from 'node:path'

import test from 'ava'

import {lockLedger} from '../../src/ledger/lock.ts'
import {testLedger} from './kit.ts'

const requestOf = ({home, runtime}: {home: string; runtime: string}) => ({
  directory: path.join(home, 'web.lock'),
  runtime,
})

test('one holds it at a time, and the next gets it once it is given back', async (t) => {
  await using ledger = await testLedger()
  const {signal} = new AbortController()
  let holders = 0
  let most = 0
  await Promise.all(
    Array.from({length: 8}, async () => {
      const lock = await lockLedger(requestOf(ledger), signal)
      holders += 1
      most = Math.max(most, holders)
      await new Promise(setImmediate)
      holders -= 1
      await lock[Symbol.asyncDispose]()
    }),
  )
  t.is(most, 1)
  t.deepEqual(await readdir(ledger.runtime), [], 'no socket is left')
  t.is((await readdir(requestOf(ledger).directory)).length, 1, 'and one small file')
})

test('who waits in vain stops with its signal, and leaves nothing behind', async (t) => {
  await using ledger = await testLedger()
  const lock = await lockLedger(requestOf(ledger), new AbortController().signal)
  const stop = new AbortController()
  const waiting = lockLedger(requestOf(ledger), stop.signal)
  stop.abort(new Error('enough'))
  await t.throwsAsync(waiting)
  t.is((await readdir(ledger.runtime)).length, 1)
  await lock[Symbol.asyncDispose]()
  const next = await lockLedger(requestOf(ledger), AbortSignal.timeout(5000))
  await next[Symbol.asyncDispose]()
  t.deepEqual(await readdir(ledger.runtime), [])
})
