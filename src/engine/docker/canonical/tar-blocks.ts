/** Takes pieces of known length from a stream of chunks. */
export interface Pieces {
  /** that many bytes, or what is left of them at the end */
  take(count: number): Promise<Buffer>
  /** the same for many bytes, as they come */
  pass(count: number): AsyncGenerator<Buffer, void, undefined>
  /** reads to the end, for nothing */
  drain(): Promise<void>
}

export const piecesOf = (chunks: AsyncIterable<Buffer>): Pieces => {
  const source = chunks[Symbol.asyncIterator]()
  let rest: Buffer = Buffer.alloc(0)
  let ended = false
  const more = async (): Promise<boolean> => {
    const next = await source.next()
    ended = next.done === true
    if (next.done !== true) rest = rest.length === 0 ? next.value : Buffer.concat([rest, next.value])
    return !ended
  }
  return {
    async take(count) {
      while (rest.length < count && (await more()));
      const taken = rest.subarray(0, count)
      rest = rest.subarray(taken.length)
      return taken
    },
    async *pass(count) {
      let left = count
      while (left > 0) {
        if (rest.length === 0 && !(await more())) throw new Error('the archive of a layer ends too early')
        const piece = rest.subarray(0, left)
        rest = rest.subarray(piece.length)
        left -= piece.length
        yield piece
      }
    },
    async drain() {
      do rest = Buffer.alloc(0)
      while (await more())
    },
  }
}

const gatheredBytes = 256 * 1024

/** The same bytes in larger chunks: an archive of many small files would be written in as many calls. */
export async function* gathered(
  chunks: AsyncIterable<Buffer>,
  leastBytes = gatheredBytes,
): AsyncGenerator<Buffer, void, undefined> {
  let held: Buffer[] = []
  let bytes = 0
  for await (const chunk of chunks) {
    held.push(chunk)
    bytes += chunk.length
    if (bytes < leastBytes) continue
    yield Buffer.concat(held)
    held = []
    bytes = 0
  }
  if (bytes > 0) yield Buffer.concat(held)
}
