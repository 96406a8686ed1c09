import {constants} from 'node:http2'
import type {Http2Stream} from 'node:http2'

/**
 * Whether the other side has ended the stream by itself. To Node's reader a reset with NO_ERROR is an end as well, though it may come in the
 * middle of a body.
 */
export const watchEnd = (stream: Http2Stream, endedWithHead: boolean): {readonly whole: boolean} => {
  const seen = {whole: endedWithHead || stream.state.state === constants.NGHTTP2_STREAM_STATE_HALF_CLOSED_REMOTE}
  if (seen.whole) return seen
  const push = stream.push.bind(stream)
  stream.push = (chunk: unknown, encoding?: BufferEncoding) => {
    // Node marks a reset stream as closed before it ends the reader.
    if (chunk === null && !stream.closed && !stream.destroyed) seen.whole = true
    return push(chunk, encoding)
  }
  return seen
}
