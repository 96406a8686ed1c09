import {ServerResponse} from 'node:http'
import type {IncomingMessage} from 'node:http'
import type {Socket} from 'node:net'

/** An upgrade comes without a response; until the switch, its answers are ordinary ones on a connection that ends with them. */
export const responseOn = (request: IncomingMessage, socket: Socket): ServerResponse => {
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  response.assignSocket(socket)
  response.once('finish', () => socket.destroySoon())
  socket.on('error', () => socket.destroy())
  return response
}
