import type {IncomingMessage, ServerResponse} from 'node:http'
import type {Socket} from 'node:net'

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
    waiting.set(socket, (waiting.get(socket) ?? 0) + 1)
    // Else a client could fill the memory with requests.
    socket.pause()
    response.once('socket', () => {
      const left = (waiting.get(socket) ?? 1) - 1
      waiting.set(socket, left)
      if (left === 0) socket.resume()
      // Not within the event: Node is still giving the response its connection.
      process.nextTick(handle, request, response)
    })
  }
}
