import type {Socket} from 'node:net'

import {keepAliveTimeoutMs} from '../limits.ts'
import type {Route} from '../routes.ts'
import type {Upstream} from '../upstream.ts'
import {endClient, serveClient} from './client.ts'
import type {Client} from './client.ts'

/** Serves the plain requests of a listening address. */
export interface FastPort {
  /** Takes a connection with its first bytes. */
  take(socket: Socket, bytes: Buffer): void
  /** From now on connections end with the answer that is under way. */
  closeIdleConnections(): void
  closeAllConnections(): void
  /** No connection is left. */
  close(): void
}

/** What its connections know of it. */
export interface FastContext {
  readonly routeOf: RouteOf
  /** Gives a connection to Node's HTTP for good, with what was read of it and not served. */
  readonly toNode: (socket: Socket, unread: Buffer) => void
  readonly clients: Set<Client>
  closing: boolean
  /** counts the looks for idle connections: a clock that costs a request nothing */
  looks: number
}

/** Whose requests those with this Host header and target are; undefined: nobody's, or it depends on more. */
export type RouteOf = (host: string, target: string) => Route<Upstream> | undefined

const lookMs = 5000

export const createFastPort = (routeOf: RouteOf, toNode: FastContext['toNode']): FastPort => {
  const context: FastContext = {routeOf, toNode, clients: new Set(), closing: false, looks: 0}
  const timer = setInterval(() => {
    const oldest = ++context.looks - keepAliveTimeoutMs / lookMs
    for (const client of context.clients) {
      // Still reads its answer.
      if (client.socket.writableLength > 0) client.idleLook = context.looks
      else if (client.underWay === undefined && client.idleLook < oldest) client.socket.destroy()
    }
  }, lookMs).unref()
  return {
    take: (socket, bytes) => serveClient(context, socket, bytes),
    closeIdleConnections() {
      context.closing = true
      for (const client of context.clients) if (client.underWay === undefined) endClient(client)
    },
    closeAllConnections() {
      for (const client of context.clients) client.socket.destroy()
    },
    close: () => clearInterval(timer),
  }
}
