import {Agent} from 'node:http'
import {createConnection} from 'node:net'
import type {NetConnectOpts, Socket} from 'node:net'
import type {Duplex} from 'node:stream'

import type {Target} from '../lifecycle/ports.ts'
import type {Links} from './fast/link.ts'
import {connectionsTo} from './h2/sessions.ts'
import type {Connections} from './h2/sessions.ts'
import {newLane} from './lane.ts'
import type {Lane} from './lane.ts'
import {connectTimeoutMs} from './limits.ts'
import {openFiles} from './open-files.ts'
import type {Tally} from './tally.ts'

/** A lane with its connections. */
export interface Upstream extends Lane {
  /** connections that are used again: for what may be sent twice */
  readonly kept: Agent
  /** a connection each: for what must not be sent twice, since a kept one may just be dying */
  readonly fresh: Agent
  /** for what goes there by HTTP/2 */
  readonly streams: Connections
  /** the fast path's own */
  readonly links: Links
}

/** Of each of the three kinds, to one target; requests beyond it wait for a connection to end. With those of clients, see connections.ts. */
export const maxConnections = Math.floor(openFiles() / 12)

export const openUpstream = (target: Target, tally: Tally): Upstream => ({
  ...newLane(target, tally),
  kept: connecting(new Agent({keepAlive: true, scheduling: 'lifo', maxFreeSockets: 256, maxSockets: maxConnections})),
  // Not `maxSockets`: with that Node would give a connection that is free to a request that waits.
  fresh: connecting(new Agent({keepAlive: false, maxTotalSockets: maxConnections})),
  streams: connectionsTo(target.address, () => connectUpstream({...target.address, noDelay: true})),
  links: {open: new Set(), kept: []},
})

/** Open ones; those of upgrades belong to no agent. */
export const connectionsOf = ({kept, fresh, links}: Upstream): {busy: number; idle: number} => ({
  busy: lengthOf(kept.sockets) + lengthOf(fresh.sockets) + links.open.size - links.kept.length,
  idle: lengthOf(kept.freeSockets) + links.kept.length,
})

const lengthOf = (sockets: Agent['sockets']): number =>
  Object.values(sockets).reduce((sum, each) => sum + (each?.length ?? 0), 0)

/** Closes all connections, the ones in use too. */
export const closeUpstream = (upstream: Upstream): void => {
  for (const exchange of upstream.inFlight) exchange.cut()
  upstream.kept.destroy()
  upstream.fresh.destroy()
  upstream.streams.destroy()
  for (const {socket} of upstream.links.kept) socket.destroy()
}

/** A connection that fails with ETIMEDOUT and syscall `connect` where the other side says nothing at all. */
export const connectUpstream = (options: NetConnectOpts): Socket => {
  const socket = createConnection(options)
  const timer = setTimeout(() => {
    socket.destroy(
      Object.assign(new Error(`no connection within ${connectTimeoutMs} ms`), {code: 'ETIMEDOUT', syscall: 'connect'}),
    )
  }, connectTimeoutMs)
  const settled = (): void => clearTimeout(timer)
  socket.once('connect', settled)
  socket.once('close', settled)
  return socket
}

/** What a kept connection had read when it was put by. */
const restedBytes = new WeakMap<Duplex, number>()

/** Whether anything of an answer came over a connection, be it half a head. */
export const hasAnswered = (socket: Socket): boolean => socket.bytesRead > (restedBytes.get(socket) ?? 0)

const connecting = (agent: Agent): Agent => {
  const keepSocketAlive = agent.keepSocketAlive.bind(agent)
  agent.keepSocketAlive = (socket) => {
    restedBytes.set(socket, (socket as Socket).bytesRead)
    return keepSocketAlive(socket)
  }
  // One agent has one target: no need to name it for each request.
  agent.getName = () => ''
  agent.createConnection = (options) => connectUpstream(options as NetConnectOpts)
  return agent
}
