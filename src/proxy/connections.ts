import type {Socket} from 'node:net'

import {headMs, uploadIdleMs} from './limits.ts'
import type {ClientRules} from './limits.ts'
import type {Log} from './log.ts'
import {openFiles} from './open-files.ts'

/** The connections of clients, over all ports of a proxy. */
export interface Connections {
  readonly limits: ClientRules
  /** False where there are too many: the client was told, where it speaks HTTP, and the connection is no more. */
  admit(socket: Socket, speaksHttp?: boolean): boolean
  /** A connection could not be accepted (EMFILE): that of the next one may work. */
  failed: (error: Error) => void
}

/** Most connections of browsers are idle, and have none to an application: of the files that may be open they get three in four. */
export const defaultClients = (): ClientRules => ({
  headMs,
  uploadIdleMs,
  maxConnections: Math.floor((openFiles() * 3) / 4),
  trustForwarded: false,
})

/** Beyond the limit, so many are still answered at once. */
const maxRefusals = 32
const logEveryMs = 10_000
const text = `{"error":"the proxy has as many connections as it can have"}\n`
const tooMany = [
  'HTTP/1.1 503 Service Unavailable',
  'Content-Type: application/json; charset=utf-8',
  `Content-Length: ${text.length}`,
  'Retry-After: 1',
  'Connection: close',
  '',
  text,
].join('\r\n')

export const createConnections = (limits: ClientRules, log: Log): Connections => {
  let open = 0
  const full = nowAndThen(log)
  const failing = nowAndThen(log)
  const closed = (): void => void open--
  return {
    limits,
    admit(socket, speaksHttp = true) {
      open++
      socket.once('close', closed)
      if (open <= limits.maxConnections) return true
      full(`more than ${limits.maxConnections} connections: new ones are answered with 503, or closed`)
      socket.on('error', () => undefined)
      if (!speaksHttp) socket.resetAndDestroy()
      else if (open > limits.maxConnections + maxRefusals) socket.destroy()
      else socket.end(tooMany, () => socket.destroy())
      return false
    },
    failed: (error) => failing(`a connection could not be accepted: ${error.message}`),
  }
}

const nowAndThen = (log: Log): Log => {
  let loggedMs = -Infinity
  return (what) => {
    if (performance.now() - loggedMs < logEveryMs) return
    loggedMs = performance.now()
    log(what)
  }
}
