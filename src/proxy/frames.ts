/** Follows the frames of one direction of a WebSocket (RFC 6455 5.2): headers alone are looked at. */
export interface Frames {
  /** Takes bytes up to the end of the chunk, or of the first frame that ends in it; returns how many. */
  take(chunk: Buffer, untilBoundary: boolean): number
  /** nothing of a frame has come that hasn't ended */
  readonly atBoundary: boolean
  /** a whole Close frame has come: nothing may follow it */
  readonly closed: boolean
}

const closeOpcode = 8

export const createFrames = (): Frames => {
  const header = Buffer.allocUnsafe(14)
  let have = 0
  let payloadLeft = 0
  let opcode = 0
  let closed = false

  const ended = (): void => {
    have = 0
    if (opcode === closeOpcode) closed = true
  }

  return {
    get atBoundary() {
      return have === 0
    },
    get closed() {
      return closed
    },
    take(chunk, untilBoundary) {
      let at = 0
      while (at < chunk.length) {
        if (untilBoundary && have === 0) return at
        if (payloadLeft === 0) {
          header[have++] = chunk[at++] as number
          if (have < 2 || have < headerBytes(header)) continue
          opcode = (header[0] as number) & 0x0f
          payloadLeft = payloadBytes(header)
        } else {
          const step = Math.min(payloadLeft, chunk.length - at)
          at += step
          payloadLeft -= step
        }
        if (payloadLeft === 0) ended()
      }
      return at
    },
  }
}

const headerBytes = (header: Buffer): number => {
  const second = header[1] as number
  const length = second & 0x7f
  return 2 + (length === 126 ? 2 : length === 127 ? 8 : 0) + (second & 0x80 ? 4 : 0)
}

const payloadBytes = (header: Buffer): number => {
  const length = (header[1] as number) & 0x7f
  if (length < 126) return length
  return length === 126 ? header.readUInt16BE(2) : Number(header.readBigUInt64BE(2))
}
