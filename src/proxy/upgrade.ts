import {ServerResponse} from 'node:http'
import type {IncomingMessage} from 'node:http'
import type {Socket} from 'node:net'

import type {Upgrade} from './message.ts'

/** An upgrade comes without a response; until the switch, its answers are ordinary ones on a connection that ends with them. */
export const upgradeOn = (request: IncomingMessage, socket: Socket, head: Buffer): Upgrade => {
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  response.assignSocket(socket)
  response.once('finish', () => socket.destroySoon())
  socket.on('error', () => socket.destroy())
  return {
    socket,
    head,
    response,
    switched({statusCode, statusMessage, headers}, fields) {
      response.detachSocket(socket)
      socket.setNoDelay(true)
      const lines = [`HTTP/1.1 ${statusCode} ${statusMessage}`]
      for (let index = 0; index < fields.length; index += 2) lines.push(`${fields[index]}: ${fields[index + 1]}`)
      lines.push('Connection: Upgrade', `Upgrade: ${headers.upgrade}`)
      socket.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
      return true
    },
    ended: () => socket.readableEnded,
    cut: () => socket.destroy(),
  }
}

export const isUpgrade = (answer: object): answer is Upgrade => 'switched' in answer
