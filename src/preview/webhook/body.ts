import type {IncomingMessage} from 'node:http'

export const longestBody = 1024 * 1024

/** The body, whole; or why there is none. Its time is limited by the server's `requestTimeout`. */
export const bodyOf = async (request: IncomingMessage): Promise<Buffer | 'too long' | 'cut off'> => {
  if (Number(request.headers['content-length'] ?? 0) > longestBody) return 'too long'
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length
      if (length > longestBody) return 'too long'
      chunks.push(chunk)
    }
  } catch {
    return 'cut off'
  }
  return Buffer.concat(chunks)
}
