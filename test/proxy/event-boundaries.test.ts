import test from 'ava'
import * as fc from 'fast-check'

import {createEventBoundaries} from '../../src/proxy/event-boundaries.ts'

const endOfLine = fc.constantFrom('\n', '\r\n', '\r')
const line = fc.constantFrom('data: one', 'data', 'id: 7', ': ping', 'event: x', 'retry: 5', ':')

/** Messages of some lines, each line with its own end. */
const message = fc
  .array(fc.tuple(line, endOfLine), {maxLength: 4})
  .chain((lines) => endOfLine.map((last) => lines.map((parts) => parts.join('')).join('') + last))

/** What a browser would have dispatched or kept: fields since the last empty line. */
const isWhole = (text: string): boolean => {
  const lines = text.split(/\r\n|\n|\r/)
  const unfinished = lines.pop()
  return unfinished === '' && lines.slice(lines.lastIndexOf('') + 1).every((each) => each.startsWith(':'))
}

test('however a stream is cut into chunks, it is known where no message is under way', (t) => {
  fc.assert(
    fc.property(fc.array(message, {maxLength: 5}), fc.array(fc.nat(9), {minLength: 1}), (messages, sizes) => {
      const text = messages.join('')
      const boundaries = createEventBoundaries()
      let at = 0
      for (let turn = 0; at < text.length; turn++) {
        const chunk = text.slice(at, at + 1 + (sizes[turn % sizes.length] ?? 0))
        boundaries.take(Buffer.from(chunk), false)
        at += chunk.length
        if (boundaries.atBoundary !== isWhole(text.slice(0, at))) return false
      }
      return true
    }),
    {numRuns: 500},
  )
  t.pass()
})

test('what is taken until a boundary is whole messages', (t) => {
  fc.assert(
    fc.property(fc.array(message, {minLength: 1, maxLength: 4}), fc.nat(), (messages, cut) => {
      const all = Buffer.from(messages.join('data: x\n\n'))
      const boundaries = createEventBoundaries()
      const first = all.subarray(0, cut % all.length)
      boundaries.take(first, false)
      const taken = boundaries.take(all.subarray(first.length), true)
      return !boundaries.atBoundary || isWhole(all.toString('utf8', 0, first.length + taken))
    }),
  )
  t.pass()
})
