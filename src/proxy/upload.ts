import type {ClientRequest} from 'node:http'

import type {Exchange} from './exchange.ts'
import {refuse} from './refuse.ts'

/**
 * Gives up an upload of which nothing comes. The upstream's time does not count: while it does not read, nor once it has begun to
 * answer. Returns what to call for each piece.
 */
export const watchUpload = (exchange: Exchange, outgoing: ClientRequest, idleMs: number): (() => void) => {
  const {request} = exchange
  // Two looks: a proxy that did not run for a while would else blame the client for what it has not read yet.
  let quietLooks = 0
  const look = (): void => {
    if (exchange.over) return
    quietLooks = request.isPaused() || exchange.answered ? 0 : quietLooks + 1
    if (quietLooks < 2) {
      timer.refresh()
      return
    }
    exchange.over = true
    outgoing.destroy()
    refuse(request.socket, {status: 408, message: `nothing came of the request's body for ${idleMs / 1000} s`})
  }
  const timer = setTimeout(look, idleMs / 2)
  const done = (): void => clearTimeout(timer)
  request.once('close', done)
  outgoing.once('close', done)
  return () => {
    quietLooks = 0
    timer.refresh()
  }
}
