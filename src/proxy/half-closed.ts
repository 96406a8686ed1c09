import type {ServerResponse} from 'node:http'
import type {Socket} from 'node:net'

import {goneProbeMs} from './limits.ts'

/**
 * A client that ends its half may still wait for the answer, or be gone: TCP says the same for both. Before the answer has begun, an
 * interim response tells (RFC 9110 15.2; every HTTP/1.1 client reads over it): who is gone resets the connection on it, which the
 * second one finds. Once the answer has begun nothing can be said in between, and the client is taken for gone, as every client in
 * use that ends its half then is.
 */
export const watchHalfClosed = (socket: Socket): void => {
  socket.once('end', () => {
    const response = answering(socket)
    // A connection that is to speak something else may end its half of that.
    if (response === undefined || response.writableEnded || response.req.headers.upgrade !== undefined) return
    if (response.headersSent) {
      socket.destroy()
      return
    }
    if (response.req.httpVersionMinor === 0) return
    response.writeProcessing()
    const timer = setTimeout(() => {
      if (answering(socket) === response && !response.headersSent && !response.destroyed) response.writeProcessing()
    }, goneProbeMs)
    response.once('close', () => clearTimeout(timer))
  })
}

/** The answer that has the connection now; Node keeps it there. */
export const answering = (socket: object): ServerResponse | undefined => {
  const {_httpMessage: response} = socket as {_httpMessage?: ServerResponse | null}
  return response ?? undefined
}
