import {type Frame, frames} from './frames.ts'

/**
 * Output with times, as frames. What has a terminal comes as it is, and only its container's settings say so before API 1.42; but each of its
 * lines begins with the digits of a time, and a frame with one of three numbers that are no text.
 */
export async function* logFrames(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
): AsyncGenerator<Frame, void, undefined> {
  const iterator = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]()
  const first = await iterator.next()
  if (first.done) return
  const all = withFirst(first.value, iterator)
  yield* (first.value[0] ?? 0) > lastStream ? rawLines(all) : frames(all)
}

/** stdin, stdout, stderr */
const lastStream = 2

async function* withFirst(first: Buffer, rest: Iterator<Buffer> | AsyncIterator<Buffer>) {
  try {
    yield first
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
  } finally {
    await rest.return?.()
  }
}

const newline = 0x0a

async function* rawLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Frame, void, undefined> {
  let rest = Buffer.alloc(0)
  for await (const chunk of chunks) {
    rest = Buffer.concat([rest, chunk])
    for (let end = rest.indexOf(newline); end >= 0; end = rest.indexOf(newline)) {
      yield {stream: 'stdout', payload: rest.subarray(0, end + 1)}
      rest = rest.subarray(end + 1)
    }
  }
  if (rest.length > 0) yield {stream: 'stdout', payload: rest}
}
