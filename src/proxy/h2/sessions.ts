import {connect} from 'node:http2'
import type {ClientHttp2Session} from 'node:http2'
import type {Socket} from 'node:net'

import type {Address} from '../../lifecycle/ports.ts'
import {answerWindowBytes, keepAliveTimeoutMs, maxHeaderBytes, sessionMemoryMB} from '../limits.ts'

/** A connection to an upstream that speaks HTTP/2. */
export interface Connection {
  readonly session: ClientHttp2Session
  readonly socket: Socket
  /** streams under way */
  open: number
  /** a stream has been on it before */
  used: boolean
  /** its settings have come: it speaks HTTP/2 indeed */
  spoke: boolean
  /** why it ended, or never began */
  failure: NodeJS.ErrnoException | undefined
}

/** The connections of one lane: one, and more where the upstream takes no more streams at once. */
export interface Connections {
  /** with room for one more stream */
  take(): Connection
  destroy(): void
}

const options = {
  maxSessionMemory: sessionMemoryMB,
  settings: {enablePush: false, initialWindowSize: answerWindowBytes, maxHeaderListSize: maxHeaderBytes},
  strictSingleValueFields: false,
}

export const connectionsTo = ({host, port}: Address, connectSocket: () => Socket): Connections => {
  const connections = new Set<Connection>()
  const open = (): Connection => {
    const socket = connectSocket()
    const name = host.includes(':') ? `[${host}]` : host
    const session = connect(`http://${name}:${port}`, {...options, createConnection: () => socket})
    const connection: Connection = {session, socket, open: 0, used: false, spoke: false, failure: undefined}
    const failed = (error: NodeJS.ErrnoException): void => void (connection.failure ??= error)
    socket.on('error', failed)
    session.on('error', failed)
    session.once('remoteSettings', () => {
      connection.spoke = true
    })
    session.once('close', () => connections.delete(connection))
    session.setTimeout(keepAliveTimeoutMs, () => {
      if (connection.open === 0) session.close()
    })
    connections.add(connection)
    return connection
  }
  return {
    take() {
      for (const connection of connections) if (hasRoom(connection)) return connection
      return open()
    },
    destroy() {
      for (const {session, socket} of connections) {
        session.destroy()
        socket.destroy()
      }
    },
  }
}

const hasRoom = ({session, socket, open}: Connection): boolean =>
  !session.closed &&
  !session.destroyed &&
  !socket.destroyed &&
  (session.connecting || open < (session.remoteSettings.maxConcurrentStreams ?? Infinity))
