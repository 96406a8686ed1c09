import {createServer} from 'node:net'
import type {Socket} from 'node:net'

import type {PortServer} from '../accept.ts'
import type {Connections} from '../connections.ts'
import type {ExchangeContext} from '../exchange-context.ts'
import type {Doorway} from './doorway.ts'
import {passConnection} from './tcp-connection.ts'

/** Passes on bytes as they are. */
export const createTcpServer = (context: ExchangeContext, way: Doorway, connections: Connections): PortServer => {
  const sockets = new Set<Socket>()
  // Nothing is read before there is somebody to read it for.
  const server = createServer({allowHalfOpen: true, noDelay: true, pauseOnConnect: true}, (socket) => {
    if (!connections.admit(socket, false)) return
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    passConnection(context, way, socket)
  })
  server.once('listening', () => server.on('error', connections.failed))
  return Object.assign(server, {
    closeIdleConnections: () => undefined,
    // What waits is passed on as the requests are that wait; the rest stays until it ends.
    goAway: () => undefined,
    closeAllConnections() {
      for (const socket of sockets) socket.resetAndDestroy()
    },
  })
}
