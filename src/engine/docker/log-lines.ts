import type {LogLine} from '../../lifecycle/ports.ts'
import type {Frame} from './frames.ts'

/** A longer line is told in pieces: a program that never ends its line must not fill the memory. */
export const longestLineBytes = 65_536

interface Pending {
  timeMs: number
  text: Buffer
}

/** Lines of a container from frames that each begin with a time (`2026-01-02T03:04:05.000000000Z `). */
export async function* logLines(frames: AsyncIterable<Frame>): AsyncGenerator<LogLine, void, undefined> {
  const pending = new Map<Frame['stream'], Pending>()
  for await (const {stream, payload} of frames) {
    const space = payload.indexOf(0x20)
    const timeMs = preciseMs(payload.toString('latin1', 0, space))
    // The engine passes a long line on in several frames, each with a time of its own: the first one's counts.
    const open = pending.get(stream)
    const line: Pending = {
      timeMs: open?.timeMs ?? timeMs,
      text: Buffer.concat([open?.text ?? Buffer.alloc(0), payload.subarray(space + 1)]),
    }
    while (line.text.length > longestLineBytes) {
      const cut = characterStart(line.text, longestLineBytes)
      yield {stream, timeMs: line.timeMs, text: line.text.toString('utf8', 0, cut)}
      line.text = line.text.subarray(cut)
    }
    if (line.text.at(-1) === newline) {
      yield {stream, timeMs: line.timeMs, text: withoutBreak(line.text)}
      pending.delete(stream)
    } else pending.set(stream, line)
  }
  for (const [stream, {timeMs, text}] of pending) yield {stream, timeMs, text: withoutBreak(text)}
}

const newline = 0x0a

const withoutBreak = (text: Buffer): string => text.toString().replace(/\r?\n$/, '')

/** Where the UTF-8 character around `at` begins (RFC 3629: bytes 10xxxxxx go on with one). */
const characterStart = (text: Buffer, at: number): number => {
  let start = at
  while (start > at - 4 && ((text[start] ?? 0) & 0xc0) === 0x80) start--
  return start
}

/** Epoch ms with the engine's fraction, so that `sinceMs` tells lines of one millisecond apart. */
const preciseMs = (time: string): number => {
  const fraction = /\.\d{3}(\d{3})/.exec(time)?.[1]
  return Date.parse(time) + (fraction === undefined ? 0 : Number(fraction) / 1000)
}
