/** One write of a container, as the engine multiplexes them (Docker Engine API, `ContainerAttach`, "Stream format"). */
export interface Frame {
  stream: 'stdout' | 'stderr'
  payload: Buffer
}

// Byte 0: the stream (0 stdin, 1 stdout, 2 stderr); bytes 4-7: length of the payload, big endian.
const headerBytes = 8

/** Takes a stream of frames apart, wherever its chunks were cut. */
export async function* frames(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
): AsyncGenerator<Frame, void, undefined> {
  let parts: Buffer[] = []
  let held = 0
  let wanted = headerBytes
  for await (const chunk of chunks) {
    parts.push(chunk)
    held += chunk.length
    // Joined only when a frame is complete: a frame of many chunks is not copied once per chunk.
    if (held < wanted) continue
    let buffer = Buffer.concat(parts)
    while (buffer.length >= headerBytes) {
      wanted = headerBytes + buffer.readUInt32BE(4)
      if (buffer.length < wanted) break
      yield {stream: buffer[0] === 2 ? 'stderr' : 'stdout', payload: buffer.subarray(headerBytes, wanted)}
      buffer = buffer.subarray(wanted)
      wanted = headerBytes
    }
    parts = [buffer]
    held = buffer.length
  }
}
