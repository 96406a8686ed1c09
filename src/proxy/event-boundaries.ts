/** Follows an event stream (HTML 9.2.5), to know where it may end without losing half an event. */
export interface EventBoundaries {
  /** Takes bytes up to the end of the chunk, or of the first message that ends in it; returns how many. */
  take(chunk: Buffer, untilBoundary: boolean): number
  /** nothing of a message has come that hasn't ended; comments are none */
  readonly atBoundary: boolean
}

const lf = 0x0a
const cr = 0x0d
const colon = 0x3a

export const createEventBoundaries = (): EventBoundaries => {
  let lineBegun = false
  let isComment = false
  let afterCr = false
  /** a field of the message has come */
  let pending = false

  const endLine = (): void => {
    // An empty line ends the message.
    pending = lineBegun && (pending || !isComment)
    lineBegun = false
  }

  return {
    get atBoundary() {
      return !lineBegun && !pending
    },
    take(chunk, untilBoundary) {
      for (let at = 0; at < chunk.length; at++) {
        if (untilBoundary && !lineBegun && !pending) return at
        const byte = chunk[at]
        // CRLF is one end of line, also where it comes in two chunks.
        if (byte === lf && afterCr) afterCr = false
        else if (byte === lf || byte === cr) {
          endLine()
          afterCr = byte === cr
        } else {
          if (!lineBegun) isComment = byte === colon
          lineBegun = true
          afterCr = false
        }
      }
      return chunk.length
    },
  }
}
