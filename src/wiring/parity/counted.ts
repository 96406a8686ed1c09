type OnRead = (what: string, bytes: number) => void

/** The same stream; what passes is told. */
export const counted = (
  stream: AsyncIterable<Buffer>,
  what: string,
  onRead: OnRead | undefined,
): AsyncIterable<Buffer> => (onRead === undefined ? stream : telling(stream, what, onRead))

async function* telling(
  stream: AsyncIterable<Buffer>,
  what: string,
  onRead: OnRead,
): AsyncGenerator<Buffer, void, undefined> {
  for await (const part of stream) {
    onRead(what, part.length)
    yield part
  }
}
