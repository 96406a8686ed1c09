import type {Server as HttpServer} from 'node:http'
import {createServer} from 'node:net'
import type {Server, Socket} from 'node:net'

import type {Connections} from './connections.ts'
import {createFastPort} from './fast/port.ts'
import type {RouteOf} from './fast/port.ts'
import {createFront} from './front.ts'
import type {FrontHandler} from './front.ts'
import {isTls} from './tls/client-hello.ts'
import type {Https} from './tls/https.ts'
import {createSecureFront} from './tls/secure-front.ts'

/** What listens on one address of a port. */
export interface PortServer extends Server {
  closeIdleConnections(): void
  closeAllConnections(): void
}

/** Takes connections, and gives each to the server for what its first bytes speak. */
export const createPortServer = (
  handle: FrontHandler,
  routeOf: RouteOf,
  connections: Connections,
  https: Https,
): PortServer => {
  const http1 = fed(createFront(handle, connections.limits))
  const fast = createFastPort(routeOf, (socket, unread) => {
    http1.emit('connection', socket)
    socket.resume()
    // Not unshifted: what the fast path carries over must be taken up in this very step.
    socket.emit('data', unread)
  })
  const secure = createSecureFront(https, {'http/1.1': (socket) => http1.emit('connection', socket)})
  const silent = new Set<Socket>()
  // The other side may end its half and still wait for the answer.
  const server = createServer({allowHalfOpen: true, noDelay: true}, (socket) => {
    if (!connections.admit(socket)) return
    silent.add(socket)
    const end = (): void => void socket.destroy()
    const settled = (): void => {
      silent.delete(socket)
      socket
        .off('data', onData)
        .off('end', end)
        .off('error', end)
        .off('close', settled)
        .off('timeout', end)
        .setTimeout(0)
    }
    const onData = (bytes: Buffer): void => {
      settled()
      if (isTls(bytes)) secure.take(socket, bytes)
      else fast.take(socket, bytes)
    }
    socket.on('data', onData).on('end', end).on('error', end).on('close', settled)
    socket.setTimeout(connections.limits.headMs, end)
  })
  const closeIdleConnections = (): void => {
    fast.closeIdleConnections()
    http1.closeIdleConnections()
    secure.closeHandshakes()
    for (const socket of silent) socket.destroy()
  }
  const closeAllConnections = (): void => {
    closeIdleConnections()
    fast.closeAllConnections()
    http1.closeAllConnections()
  }
  server.once('close', () => {
    fast.close()
    http1.close()
  })
  server.once('listening', () => server.on('error', connections.failed))
  return Object.assign(server, {closeIdleConnections, closeAllConnections})
}

/** A server that never listens: without that event it would neither count its connections nor look after slow ones. */
const fed = (server: HttpServer): HttpServer => {
  server.emit('listening')
  return server
}
