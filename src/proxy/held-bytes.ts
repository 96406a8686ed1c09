import type {IncomingMessage} from 'node:http'

/** A body is not read while its request waits, but for what Node reads ahead: one buffer of the stream, and one read of the connection. */
const readAheadBytes = 128 * 1024

/** What a request that waits may keep in memory. */
export const heldBytes = (
  {url = '', rawHeaders, headers}: IncomingMessage,
  hasBody: boolean,
  upgradeBytes: number,
): number => {
  let bytes = url.length + upgradeBytes
  for (const text of rawHeaders) bytes += text.length
  if (!hasBody) return bytes
  const length = Number(headers['content-length'])
  return bytes + (length < readAheadBytes ? length : readAheadBytes)
}
