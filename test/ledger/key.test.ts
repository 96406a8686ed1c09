import {readdir, stat, writeFile} from 'node:fs/promises'
import path from 'node:path'

import test from 'ava'

import {ledgerKey} from '../../src/ledger/key.ts'
import {testLedger} from './kit.ts'

const {signal} = new AbortController()

test('there is one key, whoever asks for it first, and only its owner can read it', async (t) => {
  await using ledger = await testLedger()
  const keys = await Promise.all(Array.from({length: 8}, async () => ledgerKey(ledger.home, signal)))
  t.is(new Set(keys.map((key) => key.toString('hex'))).size, 1)
  t.is(keys[0]?.length, 32)
  t.deepEqual(await readdir(path.join(ledger.home, 'ledger')), ['key'])
  t.is((await stat(path.join(ledger.home, 'ledger', 'key'))).mode & 0o777, 0o600)
})

test('a key that is not whole is made anew', async (t) => {
  await using ledger = await testLedger()
  await ledgerKey(ledger.home, signal)
  await writeFile(path.join(ledger.home, 'ledger', 'key'), 'x')
  t.is((await ledgerKey(ledger.home, signal)).length, 32)
})
