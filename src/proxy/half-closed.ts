import type {ServerResponse} from 'node:http'
import type {Socket} from 'node:net'

import {goneProbeMs} from './limits.ts'

/** A client that ends its half may still wait for the answer, or be gone: TCP says the same for both. */
export const watchHalfClosed = (socket: Socket): void => {
  socket.once('end', () => {
    const response = answering(socket)
    // A connection that is to speak something else may end its half of that.
    if (response === undefined || response.writableEnded || response.req.headers.upgrade !== undefined) return
    // Nothing can be said in between; and clients in use that end their half then are gone.
    if (response.headersSent) socket.destroy()
    else if (response.req.httpVersionMinor > 0)
      probeGone(socket, () => answering(socket) === response && !response.headersSent)
  })
}

/**
 * Says that an answer is still to come (RFC 9110 15.2; every HTTP/1.1 client reads over it), twice: who is gone resets the connection on
 * the first, which the second finds.
 */
const probeGone = (socket: Socket, waits: () => boolean): void => {
  const say = (): void => {
    if (waits()) socket.write('HTTP/1.1 102 Processing\r\n\r\n')
  }
  say()
  const timer = setTimeout(say, goneProbeMs)
  socket.once('close', () => clearTimeout(timer))
}

/** The answer that has the connection now; Node keeps it there. */
export const answering = (socket: object): ServerResponse | undefined => {
  const {_httpMessage: response} = socket as {_httpMessage?: ServerResponse | null}
  return response ?? undefined
}
