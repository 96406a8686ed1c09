import test from 'ava'
import * as fc from 'fast-check'

import {headOf, startBothPaths} from '../kit/both-paths.ts'
import type {Seen} from '../kit/both-paths.ts'
import {answers} from './answers.ts'
import {requests} from './requests.ts'

const numRuns = Number(process.env['IMM_TEST_FUZZ_RUNS'] ?? 150)
// A run of CI tells of the change that it is for, not of what the day's numbers meet; others are met with another seed.
const seed = Number(process.env['IMM_TEST_FUZZ_SEED'] ?? 1)

const nasty = fc.oneof(
  fc.string({
    unit: fc.constantFrom(
      '\r',
      '\n',
      '\0',
      '\t',
      ' ',
      ':',
      ',',
      ';',
      '=',
      '-',
      '+',
      '/',
      '"',
      '#',
      '%',
      '0',
      '9',
      'a',
      'F',
      'x',
      '\x7f',
      '\x80',
      '\xff',
    ),
    minLength: 1,
    maxLength: 1,
  }),
  fc.constantFrom('\r\n', '\r\n\r\n', '\r\n ', '\n\n'),
)

/** One change somewhere in a text; the place is a part of its length. */
const change = fc.record({
  kind: fc.constantFrom('insert', 'replace', 'remove', 'repeat line'),
  place: fc.double({min: 0, max: 1, noNaN: true, maxExcluded: true}),
  text: nasty,
})
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never

const changed = (text: string, {kind, place, text: other}: Change): string => {
  // Mostly in the head, where it matters.
  const headEnd = text.indexOf('\r\n\r\n') + 4
  const at = Math.floor(place * Math.min(text.length, headEnd > 4 ? headEnd + 20 : text.length))
  if (kind === 'insert') return text.slice(0, at) + other + text.slice(at)
  if (kind === 'replace') return text.slice(0, at) + other + text.slice(at + other.length)
  if (kind === 'remove') return text.slice(0, at) + text.slice(at + 1)
  const begin = text.lastIndexOf('\r\n', at) + 2
  const end = text.indexOf('\r\n', at) + 2
  return end < begin || begin < 2 ? text : text.slice(0, end) + text.slice(begin, end) + text.slice(end)
}

const places = fc.array(fc.double({min: 0, max: 1, noNaN: true}), {maxLength: 3})

const piecesOf = (text: string, splits: readonly number[]): string[] => {
  const at = [0, ...splits.map((split) => Math.floor(split * text.length)).toSorted((a, b) => a - b), text.length]
  return at
    .slice(1)
    .map((end, index) => text.slice(at[index], end))
    .filter((piece) => piece !== '')
}

const messageOf = (table: Record<string, string>): fc.Arbitrary<{text: string; splits: number[]}> =>
  fc
    .record({base: fc.constantFrom(...Object.values(table)), changes: fc.array(change, {maxLength: 3}), splits: places})
    .map(({base, changes, splits}) => ({text: changes.reduce(changed, base), splits}))

/**
 * Where a good message is followed by a bad one, or breaks off, what of it the client gets before its connection ends is a matter of turns:
 * Node reads ahead, and refuses the second before the first has its answer.
 */
const isSame = (fast: Seen, node: Seen): boolean => {
  if (JSON.stringify(plain(fast)) === JSON.stringify(plain(node))) return true
  if (!fast.ended || !node.ended) return false
  if (isRefusal(node.received)) return fast.received.endsWith(node.received)
  const [ofFast, ofNode] = [withoutLast(fast.received), withoutLast(node.received)]
  return ofFast === ofNode || (ofFast === '' && ofNode.endsWith('...'))
}

/** An empty field is written with a blank by one of them. */
const plain = (seen: Seen): Seen => ({...seen, received: seen.received.replaceAll(/:[ \t]+\r\n/g, ':\r\n')})

const refusal = /HTTP\/1\.1 4\d\d [^\r\n]*\r\nConnection: close\r\nContent-Length: 0\r\n\r\n$/

const isRefusal = (text: string): boolean => refusal.exec(text)?.index === 0

const withoutLast = (text: string): string => text.replace(refusal, '')

test('requests that are changed at random are refused and passed on as by Node alone', async (t) => {
  const both = await startBothPaths(t)
  const first = headOf('GET /first HTTP/1.1')
  const property = fc.asyncProperty(messageOf(requests), fc.boolean(), async ({text, splits}, isFirst) => {
    const {fast, node} = await both.exchange(piecesOf(text, splits), undefined, isFirst ? '' : first)
    if (!isSame(fast, node)) throw new Error(JSON.stringify({fast, node}, undefined, 2))
  })
  await fc.assert(property, {seed, numRuns, includeErrorInReport: true})
  t.pass()
})

test('answers that are changed at random are refused and passed on as by Node alone', async (t) => {
  const both = await startBothPaths(t)
  const methods = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT')
  const property = fc.asyncProperty(messageOf(answers), methods, async ({text, splits}, method) => {
    const body = method === 'GET' || method === 'HEAD' ? '' : 'body'
    const request = headOf(`${method} / HTTP/1.1`, ...(body === '' ? [] : ['Content-Length: 4'])) + body
    const pieces = piecesOf(text.replace(/\$$/, ''), splits)
    const {fast, node} = await both.exchange([request], {pieces, end: text.endsWith('$')})
    if (!isSame(fast, node)) throw new Error(JSON.stringify({fast, node}, undefined, 2))
  })
  await fc.assert(property, {seed, numRuns, includeErrorInReport: true})
  t.pass()
})
