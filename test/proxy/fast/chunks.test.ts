import test from 'ava'
import * as fc from 'fast-check'

import type {Chunks} from '../../../src/proxy/fast/chunks.ts'
import {followChunks, newChunks, passedTrailers} from '../../../src/proxy/fast/chunks.ts'

/** Follows the text in pieces: what is passed on, how it ended, and how much was left over. */
const follow = (text: string, splits: readonly number[]) => {
  const bytes = Buffer.from(text, 'latin1')
  const at = [0, ...splits.map((split) => Math.floor(split * bytes.length)).toSorted((a, b) => a - b), bytes.length]
  const chunks: Chunks = newChunks()
  const isOver = (...states: readonly Chunks['at'][]): boolean => states.includes(chunks.at)
  let passed = ''
  let taken = 0
  for (const [index, end] of at.slice(1).entries()) {
    if (isOver('done', 'broken')) break
    const piece = bytes.subarray(at[index], end)
    const cuts: number[] = []
    const until = followChunks(chunks, piece, 0, cuts)
    taken += until
    let begin = 0
    for (let cut = 0; cut < cuts.length; cut += 2) {
      passed += piece.toString('latin1', begin, cuts[cut])
      begin = cuts[cut + 1] as number
    }
    // As answer.ts does.
    if (cuts.length > 0 && isOver('last end', 'done')) passed += passedTrailers(chunks.trailers)
    passed += piece.toString('latin1', begin, until)
  }
  return {passed, at: chunks.at, dataBytes: chunks.dataBytes, left: text.length - taken}
}

const splits = fc.array(fc.double({min: 0, max: 1, noNaN: true}), {maxLength: 6})
const extension = fc.constantFrom('', ';a', ';a=b', ';a="b c"', ';;', '; x = "y"')
const chunk = fc.record({
  data: fc.string({unit: fc.constantFrom('\r', '\n', '0', 'a', ';', '\xff'), minLength: 1, maxLength: 40}),
  extension,
  size: fc.constantFrom(
    (length: number) => length.toString(16),
    (length: number) => length.toString(16).toUpperCase().padStart(6, '0'),
  ),
})
const trailer = fc.constantFrom('X-Sum: 1\r\n', 'a:\r\n', 'B: \xe9 \t\r\n')

test('a body in chunks passes unchanged but for its extensions, and ends where it ends, in whatever pieces it comes', (t) => {
  fc.assert(
    fc.property(
      fc.array(chunk, {maxLength: 5}),
      extension,
      fc.array(trailer, {maxLength: 2}),
      fc.constantFrom('', 'more', '\r\n'),
      splits,
      (list, last, trailers, more, at) => {
        const text = (isBare: boolean): string =>
          [
            ...list.map(({data, extension: own, size}) => `${size(data.length)}${isBare ? '' : own}\r\n${data}\r\n`),
            `0${isBare ? '' : last}\r\n${trailers.join('')}\r\n`,
          ].join('')
        const seen = follow(text(false) + more, at)
        const dataBytes = list.reduce((sum, {data}) => sum + data.length, 0)
        const expected = {passed: text(true), at: 'done', dataBytes, left: more.length}
        if (JSON.stringify(seen) !== JSON.stringify(expected)) throw new Error(JSON.stringify({seen, expected}))
      },
    ),
    {numRuns: 500},
  )
  t.pass()
})

const oneChunk = (trailers: string): string => `1\r\na\r\n0\r\n${trailers}\r\n`

test('trailers that would say something else of the answer than its head did are dropped', (t) => {
  const bad = ['Content-Length: 5', 'transfer-encoding: chunked', 'Set-Cookie: a=b', 'X-Imm-Release: forged', 'HOST: x']
  const trailers = `${bad.join('\r\n')}\r\nX-Sum: 1\r\nTrailer: x\r\nY: 2\r\n`
  for (const at of [[], [0.1, 0.5, 0.9], Array.from({length: 200}, (_, index) => index / 200)]) {
    t.is(follow(oneChunk(trailers), at).passed, oneChunk('X-Sum: 1\r\nY: 2\r\n'))
    t.is(follow(oneChunk(bad.map((line) => `${line}\r\n`).join('')), at).passed, oneChunk(''))
  }
})

for (const text of [
  'x\r\n',
  '\r\n',
  '-1\r\n',
  '+1\r\n',
  '0x1\r\n',
  ' 1\r\n',
  '1 \r\n',
  '1\n',
  '1\r1',
  '1\r\nab\r\n',
  '1\r\na\n',
  '1\r\na\rb',
  '1;a\n\r\n',
  '1;a\0\r\n',
  '10000000000000\r\n',
  `1;${'a'.repeat(9000)}`,
  '0\r\n X: 1\r\n',
  '0\r\n: 1\r\n',
  '0\r\nX : 1\r\n',
  '0\r\nX\r\n',
  '0\r\nX: a\n',
  '0\r\nX: a\0',
  '0\r\n\n',
  '0\r\n\rx',
  `0\r\n${'X: 1\r\n'.repeat(3000)}`,
]) {
  test(`${JSON.stringify(text.slice(0, 30))} is no chunk`, (t) => {
    t.is(follow(text, []).at, 'broken')
    t.is(
      follow(
        text,
        Array.from({length: Math.min(text.length, 50)}, (_, index) => index / Math.min(text.length, 50)),
      ).at,
      'broken',
    )
  })
}
