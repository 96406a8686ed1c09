import type {Socket} from 'node:net'

import {answerBadGateway} from './answers.ts'
import {cookiesToTell} from './choose.ts'
import {passEnd} from './ends.ts'
import type {End} from './ends.ts'
import type {Exchange} from './exchange.ts'
import {responseHeaders} from './headers.ts'
import {goesOn} from './long-lived.ts'
import type {LongLived} from './long-lived.ts'
import type {RequestOut, Upgrade} from './message.ts'
import {countAnswer} from './tally.ts'
import type {Upstream} from './upstream.ts'
import {joinWebSocket} from './websocket.ts'

/** Joins the two connections once the upstream has switched; `leave` is called when nothing is under way any more. */
export const passUpgrade = (
  exchange: Exchange,
  upgrade: Upgrade,
  upstream: Upstream,
  outgoing: RequestOut,
  leave: () => void,
): void => {
  const {socket} = upgrade
  let switched = false
  outgoing.once('upgrade', (incoming, upstreamSocket, upstreamHead) => {
    if (exchange.over) {
      upstreamSocket.destroy()
      return
    }
    const {release} = upstream.target
    exchange.answeredMs = performance.now()
    countAnswer(upstream.tally, incoming.statusCode ?? 101, exchange.answeredMs - exchange.sentMs)
    const headBytes = upstreamSocket.bytesRead - upstreamHead.length
    const sentBytes = upstreamSocket.bytesWritten
    if (
      !upgrade.switched(incoming, responseHeaders(incoming, release, false, cookiesToTell(exchange.route, exchange)))
    ) {
      upstreamSocket.destroy()
      return refuse(exchange, upstream)
    }
    switched = true
    exchange.answered = true
    exchange.upgraded = true
    upstreamSocket.setNoDelay(true)
    let open = 2
    const closed = (): void => {
      if (--open === 0) leave()
    }
    socket.once('close', closed)
    upstreamSocket.once('close', () => {
      exchange.bytesIn = upstreamSocket.bytesWritten - sentBytes
      exchange.bytesOut = upstreamSocket.bytesRead - headBytes
      upstream.tally.bytesIn += exchange.bytesIn
      upstream.tally.bytesOut += exchange.bytesOut
      closed()
    })
    const client: End = {...upgrade, cut: () => upgrade.cut()}
    const application: End = {...endOf(upstreamSocket), head: upstreamHead}
    const isWebSocket = incoming.headers.upgrade?.toLowerCase() === 'websocket'
    const join = isWebSocket ? joinWebSocket : joinBlindly
    goesOn(upstream, exchange.inFlight, join(client, application))
  })
  outgoing.once('close', () => {
    if (!switched) leave()
  })
}

const nothing = Buffer.alloc(0)

const endOf = (socket: Socket): End => ({
  socket,
  head: nothing,
  ended: () => socket.readableEnded,
  cut: () => void socket.destroy(),
})

/** Joins two connections of which nothing is known. `reset`: what ends badly on one side is reset on the other, so that it can tell. */
export const joinSockets = (one: Socket, other: Socket, reset = false): LongLived => {
  for (const socket of [one, other]) socket.setNoDelay(true)
  const end = (socket: Socket): End =>
    reset ? {...endOf(socket), cut: () => void socket.resetAndDestroy()} : endOf(socket)
  return joinBlindly(end(one), end(other))
}

const joinBlindly = (client: End, application: End): LongLived => {
  join(client, application)
  join(application, client)
  return {
    kind: undefined,
    close: () => undefined,
    cut() {
      client.cut()
      application.cut()
    },
  }
}

/** Passes on what `from` said already, what it says and, at its end, that it ended; the other half stays open. */
const join = (from: End, to: End): void => {
  if (from.head.length > 0) to.socket.write(from.head)
  from.socket.pipe(to.socket, {end: false})
  passEnd(from, to)
}

/** What came with the head of a switch that was none is nobody's answer. */
const refuse = (exchange: Exchange, {tally, target}: Upstream): void => {
  const {request, response, route} = exchange
  exchange.over = true
  exchange.outcome = 'failed'
  route.counters.failed++
  tally.failures++
  answerBadGateway(
    request,
    response,
    route,
    target.release,
    `${target.release} switched without the answer to its key.`,
  )
}
