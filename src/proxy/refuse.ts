import {STATUS_CODES} from 'node:http'
import type {Duplex} from 'node:stream'

import {lingerMs} from './limits.ts'
import type {Refusal} from './unfit.ts'

/** A bare answer on a connection that is closed with it. `bodyless`: to a HEAD. */
export const refuse = (socket: Duplex, {status, message}: Refusal, bodyless = false): void => {
  const body = `${JSON.stringify({error: message})}\n`
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'Connection: close',
  ]
  closeAfter(socket, `${head.join('\r\n')}\r\n\r\n${bodyless ? '' : body}`)
}

/**
 * Says `text` and closes. What the client is still sending is read and dropped for a moment: closed over unread bytes, a connection is
 * reset, and the answer can be lost in that (RFC 9112 9.6).
 */
const closeAfter = (socket: Duplex, text: string): void => {
  const close = (): void => void socket.destroy()
  const timer = setTimeout(close, lingerMs)
  // Whoever read here before, a parser, must not see what comes now.
  socket.removeAllListeners('data')
  socket.on('data', () => undefined)
  socket.on('error', close).once('end', close)
  socket.once('close', () => clearTimeout(timer))
  socket.resume()
  socket.end(text, 'latin1')
}
