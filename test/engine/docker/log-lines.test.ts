import test from 'ava'

import {frames} from '../../../src/engine/docker/frames.ts'
import {logLines, longestLineBytes} from '../../../src/engine/docker/log-lines.ts'
import type {LogLine} from '../../../src/lifecycle/ports.ts'

const time = '2026-01-02T03:04:05.123456789Z'
const timeMs = Date.UTC(2026, 0, 2, 3, 4, 5, 123) + 0.456

const frame = (stream: 'stdout' | 'stderr', text: string | Buffer): Buffer => {
  const payload = Buffer.concat([Buffer.from(`${time} `), Buffer.from(text)])
  const header = Buffer.alloc(8)
  header[0] = stream === 'stdout' ? 1 : 2
  header.writeUInt32BE(payload.length, 4)
  return Buffer.concat([header, payload])
}

const read = (...chunks: Buffer[]): Promise<LogLine[]> => Array.fromAsync(logLines(frames(chunks)))
const texts = async (...chunks: Buffer[]) => (await read(...chunks)).map(({text}) => text)

test('lines come with their stream and time to the microsecond', async (t) => {
  t.deepEqual(await read(frame('stdout', 'one\n'), frame('stderr', 'two\n')), [
    {stream: 'stdout', text: 'one', timeMs},
    {stream: 'stderr', text: 'two', timeMs},
  ])
})

test('it does not matter where the connection cuts the bytes', async (t) => {
  const bytes = Buffer.concat([frame('stdout', 'grüße ✓\n'), frame('stderr', 'b\n'), frame('stdout', '\n')])
  for (let size = 1; size < 20; size++) {
    const chunks = Array.from({length: Math.ceil(bytes.length / size)}, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    )

    t.deepEqual(await texts(...chunks), ['grüße ✓', 'b', ''], `chunks of ${size}`)
  }
})

test('a line that the engine passes on in several frames is one line, also where a character is cut', async (t) => {
  const line = Buffer.from('ab✓cd\n')
  const parts = [frame('stdout', line.subarray(0, 3)), frame('stderr', 'between\n'), frame('stdout', line.subarray(3))]
  t.deepEqual(await texts(...parts), ['between', 'ab✓cd'])
})

test('a last line without a break is told, and carriage returns at the end are not', async (t) => {
  t.deepEqual(await texts(frame('stdout', 'first\r\n'), frame('stdout', 'last')), ['first', 'last'])
})

test('a line without end is told in pieces that hold whole characters', async (t) => {
  const line = '✓'.repeat(60_000)
  const pieces = await texts(
    ...(line.match(/.{1,5000}/gu) ?? []).map((part) => frame('stdout', part)),
    frame('stdout', '\n'),
  )
  t.is(pieces.join(''), line)
  t.true(pieces.length > 2)
  for (const piece of pieces) t.true(Buffer.byteLength(piece) <= longestLineBytes)
})
