import type {IncomingMessage, ServerResponse} from 'node:http'
import type {Socket} from 'node:net'

import {maxWaiting} from './limits.ts'

type Handle = (request: IncomingMessage, response: ServerResponse) => void

/**
 * Requests of one connection in turn: one that came before the answer to the one before it (pipelining, RFC 9112 9.3.2) is handled once
 * that answer is out. So a client has one request under way per connection, and what follows a last request (`Connection: close`)
 * reaches nobody.
 */
export const inTurn = (handle: Handle): Handle => {
  const waiting = new WeakMap<Socket, number>()
  return (request, response) => {
    if (response.socket !== null) return handle(request, response)
    const {socket} = request
    // Its connection was refused something, and ends with that.
    if (!socket.writable) return
    const before = waiting.get(socket) ?? 0
    waiting.set(socket, before + 1)
    // Else a client could fill the memory with requests. Not at once: Node goes on reading at the end of each message that it finds.
    if (before === 0) process.nextTick(() => socket.pause())
    if (before === maxWaiting) socket.destroy()
    response.once('socket', () => {
      const left = (waiting.get(socket) ?? 1) - 1
      waiting.set(socket, left)
      if (left === 0) socket.resume()
      // Not within the event: Node is still giving the response its connection.
      process.nextTick(handle, request, response)
    })
  }
}
