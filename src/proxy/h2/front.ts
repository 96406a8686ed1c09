import {performServerHandshake} from 'node:http2'
import type {ServerHttp2Session, ServerHttp2Stream} from 'node:http2'
import type {Socket} from 'node:net'

import {answerRefused} from '../answers.ts'
import {unfit} from '../front.ts'
import type {FrontHandler} from '../front.ts'
import {closeGraceMs, keepAliveTimeoutMs, maxHeaderBytes, maxStreams, sessionMemoryMB, windowBytes} from '../limits.ts'
import type {Peer} from '../message.ts'
import {answerOn} from './answer.ts'
import {requestOf, unfitHead} from './request.ts'
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
    initialWindowSize: windowBytes,
    enableConnectProtocol: true,
  },
  // As an intermediary: what an application sends twice is its own matter.
  strictSingleValueFields: false,
}

export const createH2Front = (handle: FrontHandler): H2Front => {
  const sessions = new Map<ServerHttp2Session, Socket>()
  const give = (socket: Socket): void => {
    const peer: Peer = {remoteAddress: socket.remoteAddress, encrypted: 'encrypted' in socket}
    const session = performServerHandshake(socket, options)
    let open = 0
    sessions.set(session, socket)
    session.on('error', () => undefined)
    session.once('close', () => sessions.delete(session))
    // A client that keeps its half open when the session is over would keep it forever.
    socket.once('finish', () => destroyLater(socket))
    session.setTimeout(keepAliveTimeoutMs, () => {
      if (open > 0) return
      session.close()
      // It may not even read that it is over.
      destroyLater(socket)
    })
    session.on('stream', (stream, headers, flags, raw) => {
      if (stream.destroyed || stream.closed) return
      open++
      stream.on('error', () => undefined)
      stream.once('close', () => open--)
      begin(handle, stream, {headers, flags, raw: raw ?? []}, peer)
    })
  }
  return {
    give,
    closeIdleConnections() {
      for (const session of sessions.keys()) session.close()
    },
    closeAllConnections() {
      for (const [session, socket] of sessions) {
        session.destroy()
        socket.destroy()
      }
    },
  }
}

const destroyLater = (socket: Socket): void => void setTimeout(() => socket.destroy(), closeGraceMs).unref()

const begin = (handle: FrontHandler, stream: ServerHttp2Stream, head: StreamHead, peer: Peer): void => {
  const {headers} = head
  const isConnect = headers[':method'] === 'CONNECT'
  if (isConnect && headers[':protocol'] !== 'websocket') return stream.respond({':status': 405}, {endStream: true})
  const request = isConnect ? upgradeRequestOf(stream, head, peer) : requestOf(stream, head, peer)
  const response = answerOn(stream)
  const refused = unfitHead(head) ?? unfit(request)
  if (refused !== undefined) return answerRefused(request, response, ...refused)
  handle(request, isConnect ? streamUpgrade(stream, request, response) : response)
}
