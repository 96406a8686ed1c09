import type {ClientRequest} from 'node:http'

import type {Exchange} from './exchange.ts'
import {refuse} from './refuse.ts'

/**
 * Gives up an upload of which nothing comes. The upstream's time does not count: while it does not read, nor once it has begun to
 * answer. Returns what to call for each piece.
 */
export const watchUpload = (exchange: Exchange, outgoing: ClientRequest, idleMs: number): (() => void) => {
  const {request, response} = exchange
  const timer = setTimeout(() => {
    if (exchange.over) return
    if (request.isPaused() || exchange.answered) {
      timer.refresh()
      return
    }
    exchange.over = true
    outgoing.destroy()
    const {socket} = request
    response.detachSocket(socket)
    refuse(socket, {status: 408, message: `nothing came of the request's body for ${idleMs / 1000} s`})
  }, idleMs)
  const done = (): void => clearTimeout(timer)
  request.once('close', done)
  outgoing.once('close', done)
  return () => void timer.refresh()
}
