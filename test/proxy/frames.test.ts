import test from 'ava'
import * as fc from 'fast-check'

import {createFrames} from '../../src/proxy/frames.ts'

interface Frame {
  opcode: number
  masked: boolean
  length: number
  /** bytes that say how long it is: 0, 2 or 8 beside the second */
  extended: 0 | 2 | 8
}

const bytesOf = ({opcode, masked, length, extended}: Frame): Buffer => {
  const size = Buffer.alloc(extended)
  if (extended === 2) size.writeUInt16BE(length)
  if (extended === 8) size.writeBigUInt64BE(BigInt(length))
  const short = extended === 0 ? length : extended === 2 ? 126 : 127
  // Bytes that look like heads of frames.
  const body = Buffer.alloc((masked ? 4 : 0) + length, 0x88)
  return Buffer.concat([Buffer.from([0x80 | opcode, (masked ? 0x80 : 0) | short]), size, body])
}

const frame: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({
    opcode: fc.constantFrom(0, 1, 2, 9, 10),
    masked: fc.boolean(),
    length: fc.nat(125),
    extended: fc.constant(0 as const),
  }),
  fc.record({
    opcode: fc.constantFrom(0, 1, 2),
    masked: fc.boolean(),
    length: fc.nat(300),
    extended: fc.constantFrom(2 as const, 8 as const),
  }),
)

const chunksOf = (all: Buffer, cuts: readonly number[]): Buffer[] => {
  const places = [...new Set([0, ...cuts.map((cut) => cut % (all.length + 1)), all.length])].toSorted((a, b) => a - b)
  return places.slice(1).map((place, index) => all.subarray(places[index], place))
}

test('however frames are cut into chunks, their ends are found', (t) => {
  fc.assert(
    fc.property(fc.array(frame, {minLength: 1, maxLength: 5}), fc.array(fc.nat(), {maxLength: 12}), (frames, cuts) => {
      const encoded = frames.map(bytesOf)
      const ends = new Set<number>([0])
      let end = 0
      for (const bytes of encoded) ends.add((end += bytes.length))
      const follower = createFrames()
      let at = 0
      for (const chunk of chunksOf(Buffer.concat(encoded), cuts)) {
        follower.take(chunk, false)
        at += chunk.length
        if (follower.atBoundary !== ends.has(at)) return false
      }
      return !follower.closed
    }),
  )
  t.pass()
})

test('nothing beyond the end of a frame is taken where it is told to stop there', (t) => {
  const frames = createFrames()
  const first = bytesOf({opcode: 1, masked: false, length: 200, extended: 2})
  t.is(frames.take(first.subarray(0, 10), true), 0, 'it is at the end of one already')
  t.is(frames.take(first.subarray(0, 10), false), 10)
  t.is(frames.take(Buffer.concat([first.subarray(10), first]), true), first.length - 10)
  t.true(frames.atBoundary)
})

test('a Close frame is known once it is whole', (t) => {
  const frames = createFrames()
  const close = bytesOf({opcode: 8, masked: true, length: 2, extended: 0})
  frames.take(close.subarray(0, -1), false)
  t.false(frames.closed)
  frames.take(close.subarray(-1), false)
  t.true(frames.closed)
})
