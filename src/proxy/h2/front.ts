import {performServerHandshake} from 'node:http2'
import type {ServerHttp2Session, ServerHttp2Stream} from 'node:http2'
import type {Socket} from 'node:net'

import {answerRefused} from '../answers.ts'
import type {FrontHandler} from '../front.ts'
import {closeGraceMs, keepAliveTimeoutMs, maxHeaderBytes, maxStreams, sessionMemoryMB} from '../limits.ts'
import type {Peer} from '../message.ts'
import {unfitHead} from '../unfit.ts'
import {answerOn} from './answer.ts'
import {requestOf, tooLong} from './request.ts'
import type {StreamHead} from './request.ts'
import {streamUpgrade, upgradeRequestOf} from './upgrade.ts'

/** Serves connections that speak HTTP/2, whoever accepted them. */
export interface H2Front {
  /** takes a connection before or after its preface was read (then unshifted), or a TLS socket that has agreed on h2 */
  give(socket: Socket): void
  /** Lets no new stream begin (GOAWAY); a connection ends with its last stream. */
  closeIdleConnections(): void
  closeAllConnections(): void
}

const options = {
  maxSessionMemory: sessionMemoryMB,
  settings: {
    maxConcurrentStreams: maxStreams,
    // Twice what is taken: above that Node resets the stream, below there is an answer that says why.
    maxHeaderListSize: 2 * maxHeaderBytes,
    enableConnectProtocol: true,
  },
  // As an intermediary: what an application sends twice is its own matter.
  strictSingleValueFields: false,
}

interface Served {
  readonly socket: Socket
  /** streams under way */
  open: number
  /** it was over at the last look */
  over: boolean
}

export const createH2Front = (handle: FrontHandler): H2Front => {
  const sessions = new Map<ServerHttp2Session, Served>()
  let looking: NodeJS.Timeout | undefined
  const forget = (session: ServerHttp2Session): void => {
    sessions.delete(session)
    if (sessions.size > 0) return
    clearInterval(looking)
    looking = undefined
  }
  const give = (socket: Socket): void => {
    const peer: Peer = {
      remoteAddress: socket.remoteAddress,
      localAddress: socket.localAddress,
      encrypted: 'encrypted' in socket,
    }
    const session = performServerHandshake(socket, options)
    const served: Served = {socket, open: 0, over: false}
    sessions.set(session, served)
    looking ??= setInterval(() => endLingering(sessions), closeGraceMs).unref()
    session.on('error', () => undefined)
    session.once('close', () => forget(session))
    // No client ends its half and goes on reading: it is gone, and nobody waits for its streams.
    socket.once('end', () => session.destroy())
    session.setTimeout(keepAliveTimeoutMs, () => {
      if (served.open === 0) session.close()
    })
    session.on('stream', (stream, headers, flags, raw) => {
      if (stream.destroyed || stream.closed) return
      served.open++
      stream.on('error', () => undefined)
      stream.once('close', () => served.open--)
      begin(handle, stream, {headers, flags, raw: raw ?? []}, peer)
    })
  }
  return {
    give,
    closeIdleConnections() {
      for (const session of sessions.keys()) session.close()
    },
    closeAllConnections() {
      for (const [session, {socket}] of sessions) {
        session.destroy()
        socket.destroy()
      }
    },
  }
}

/** Node waits for a client to read the last of a session that is over and to close its half, which some never do. */
const endLingering = (sessions: ReadonlyMap<ServerHttp2Session, Served>): void => {
  for (const [session, served] of sessions) {
    if (served.over) served.socket.destroy()
    served.over = session.destroyed || (session.closed && served.open === 0)
  }
}

const begin = (handle: FrontHandler, stream: ServerHttp2Stream, head: StreamHead, peer: Peer): void => {
  const {headers} = head
  const isConnect = headers[':method'] === 'CONNECT'
  if (isConnect && headers[':protocol'] !== 'websocket') return stream.respond({':status': 405}, {endStream: true})
  const request = isConnect ? upgradeRequestOf(stream, head, peer) : requestOf(stream, head, peer)
  const response = answerOn(stream)
  const refused = tooLong(head) ?? unfitHead(request)
  if (refused !== undefined) return answerRefused(request, response, refused.status, refused.message)
  handle(request, isConnect ? streamUpgrade(stream, request, response) : response)
}
