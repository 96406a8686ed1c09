import type {Server as HttpServer} from 'node:http'
import {createServer} from 'node:net'
import type {Server, Socket} from 'node:net'

import type {Connections} from './connections.ts'
import {createFastPort} from './fast/port.ts'
import type {RouteOf} from './fast/port.ts'
import {createFront} from './front.ts'
import type {FrontHandler} from './front.ts'
import {createH2Front} from './h2/front.ts'
import {passOn} from './handover/pass-on.ts'
import {isTls} from './tls/client-hello.ts'
import type {Https} from './tls/https.ts'
import {createSecureFront} from './tls/secure-front.ts'

/** What listens on one address of a port. */
export interface PortServer extends Server {
  closeIdleConnections(): void
  /**
   * Another process listens here from now on: what has asked nothing yet is its, clients of HTTP/2 are told to go there (GOAWAY), and those of
   * HTTP/1.1 with an answer.
   */
  goAway(): void
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
  const h2 = createH2Front(handle)
  const secure = createSecureFront(https, {
    h2: (socket) => h2.give(socket),
    'http/1.1': (socket) => http1.emit('connection', socket),
  })
  const fast = createFastPort(routeOf, (socket, unread) => {
    http1.emit('connection', socket)
    socket.resume()
    // Not unshifted: what the fast path carries over must be taken up in this very step.
    socket.emit('data', unread)
  })
  const silent = new Set<Socket>()
  /** another process listens here now */
  let left = false
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
    let read: Buffer | undefined
    const onData = (bytes: Buffer): void => {
      read = read === undefined ? bytes : Buffer.concat([read, bytes])
      const speaks = left ? 'anything' : protocolOf(read)
      if (speaks === undefined) return
      settled()
      if (speaks === 'anything') return passOn(socket, read)
      if (speaks === 'http1') return fast.take(socket, read)
      if (speaks === 'tls') return secure.take(socket, read)
      socket.pause()
      socket.unshift(read)
      h2.give(socket)
    }
    socket.on('data', onData).on('end', end).on('error', end).on('close', settled)
    socket.setTimeout(connections.limits.headMs, end)
  })
  const closeIdleConnections = (): void => {
    fast.closeIdleConnections()
    http1.closeIdleConnections()
    h2.closeIdleConnections()
    secure.closeHandshakes()
    for (const socket of silent) socket.destroy()
  }
  const closeAllConnections = (): void => {
    closeIdleConnections()
    fast.closeAllConnections()
    http1.closeAllConnections()
    h2.closeAllConnections()
  }
  server.once('close', () => {
    fast.close()
    http1.close()
  })
  server.once('listening', () => server.on('error', connections.failed))
  const goAway = (): void => {
    left = true
    h2.closeIdleConnections()
  }
  return Object.assign(server, {closeIdleConnections, goAway, closeAllConnections})
}

/** A server that never listens: without that event it would neither count its connections nor look after slow ones. */
const fed = (server: HttpServer): HttpServer => {
  server.emit('listening')
  return server
}

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')

/** HTTP/2 begins with what no request of HTTP/1 is (RFC 9113 3.4); undefined while more has to come to tell. */
const protocolOf = (read: Buffer): 'http1' | 'h2' | 'tls' | undefined => {
  if (isTls(read)) return 'tls'
  const length = Math.min(read.length, preface.length)
  if (read.compare(preface, 0, length, 0, length) !== 0) return 'http1'
  return read.length < preface.length ? undefined : 'h2'
}
