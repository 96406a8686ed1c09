import test from 'ava'
import * as fc from 'fast-check'

import {genesis, lineOf} from '../../src/ledger/chain.ts'
import type {Draft, Link} from '../../src/ledger/entry.ts'
import {linesOf} from '../../src/ledger/lines.ts'
import {verifyChain} from '../../src/ledger/verify.ts'
import {changed, id} from './kit.ts'

const endedFiles = 3

const written = (drafts: readonly Draft[], from: Link = genesis(id)): {bytes: Buffer; last: Link} => {
  let last = from
  const lines = drafts.map((draft) => {
    const next = lineOf(draft, last)
    last = next.link
    return next.line
  })
  return {bytes: Buffer.from(lines.join('')), last}
}

const prove = (...files: Buffer[]) =>
  verifyChain(
    files.map((bytes, index) => ({path: `/${index}.jsonl`, ...linesOf(bytes)})),
    id,
    endedFiles,
  )

const drafts = fc.array(fc.string({unit: 'binary', maxLength: 40}).map(changed), {minLength: 1, maxLength: 6})

test('a chain is intact as it was written, whatever its entries tell', (t) => {
  fc.assert(
    fc.property(drafts, (all) => {
      const {bytes, last} = written(all)
      return (
        JSON.stringify(prove(bytes)) === JSON.stringify({intact: true, entries: all.length, first: 1, hash: last.hash})
      )
    }),
  )
  t.pass()
})

test('any byte that is flipped is found, in the line where it is or the one that it made of two', (t) => {
  const flip = fc.record({
    all: drafts,
    at: fc.double({min: 0, max: 1, maxExcluded: true, noNaN: true}),
    mask: fc.integer({min: 1, max: 255}),
  })
  fc.assert(
    fc.property(flip, ({all, at, mask}) => {
      const {bytes} = written(all)
      const index = Math.floor(at * bytes.length)
      const line = bytes.subarray(0, index).filter((byte) => byte === 0x0a).length + 1
      bytes[index] = (bytes[index] ?? 0) ^ mask
      const proof = prove(bytes)
      return !proof.intact && proof.line === line && proof.entries === line - 1
    }),
    {numRuns: 2000},
  )
  t.pass()
})

test('lines that were taken out, put in twice or swapped are found where the chain breaks', (t) => {
  const {bytes} = written(['a', 'b', 'c', 'd'].map(changed))
  const [a, b, c, d] = linesOf(bytes).lines.map((line) => Buffer.concat([line, Buffer.from('\n')])) as [
    Buffer,
    Buffer,
    Buffer,
    Buffer,
  ]
  const broken = {intact: false, file: '/0.jsonl', problem: 'out of order'}
  t.like(prove(Buffer.concat([a, c, d])), {...broken, line: 2})
  t.like(prove(Buffer.concat([a, b, b, c, d])), {...broken, line: 3})
  t.like(prove(Buffer.concat([a, c, b, d])), {...broken, line: 2})
  t.like(prove(Buffer.concat([b, c, d])), {intact: false, line: 1, problem: 'begins late'})
})

test('the chain goes through all kept files, and begins late only where older ones were let go', (t) => {
  const first = written([changed('a'), changed('b')])
  const second = written([changed('c')], first.last)
  const third = written([changed('d')], second.last)
  const fourth = written([changed('e')], third.last)
  t.like(prove(first.bytes, second.bytes, third.bytes), {intact: true, entries: 4, first: 1, hash: third.last.hash})
  t.like(prove(second.bytes, third.bytes, fourth.bytes), {intact: false, problem: 'begins late', file: '/0.jsonl'})
  const fifth = written([changed('f')], fourth.last)
  t.like(prove(second.bytes, third.bytes, fourth.bytes, fifth.bytes), {intact: true, entries: 4, first: 3})
  t.like(prove(first.bytes, third.bytes), {intact: false, problem: 'out of order', file: '/1.jsonl', line: 1})
})

test('the ledger of another app is not taken for this one', (t) => {
  const {bytes} = written([changed('a')], genesis({...id, app: 'api'}))
  t.like(prove(bytes), {intact: false, line: 1, problem: 'out of order'})
})

test('an empty ledger is intact, and has no last hash', (t) => {
  t.deepEqual(prove(), {intact: true, entries: 0, first: 0, hash: undefined})
})
