import {Socket} from 'node:net'
import type {Duplex} from 'node:stream'

import {answerBadGateway} from './answers.ts'
import {tokenToTell} from './choose.ts'
import type {Exchange} from './exchange.ts'
import {responseHeaders} from './headers.ts'
import type {RequestOut, Upgrade} from './message.ts'
import {countAnswer} from './tally.ts'
import type {Upstream} from './upstream.ts'

/** Joins the two connections once the upstream has switched; `leave` is called when nothing is under way any more. */
export const passUpgrade = (
  exchange: Exchange,
  upgrade: Upgrade,
  upstream: Upstream,
  outgoing: RequestOut,
  leave: () => void,
): void => {
  const {socket, head} = upgrade
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
    if (!upgrade.switched(incoming, responseHeaders(incoming, release, false, tokenToTell(exchange)))) {
      upstreamSocket.destroy()
      return refuse(exchange, upstream)
    }
    switched = true
    exchange.answered = true
    if (upstreamHead.length > 0) socket.write(upstreamHead)
    if (head.length > 0) upstreamSocket.write(head)
    const cutUpstream = (): void => void upstreamSocket.destroy()
    join(socket, upstreamSocket, () => upgrade.ended(), cutUpstream)
    join(
      upstreamSocket,
      socket,
      () => upstreamSocket.readableEnded,
      () => upgrade.cut(),
    )
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
    exchange.upgraded = () => {
      upgrade.cut()
      upstreamSocket.destroy()
    }
  })
  outgoing.once('close', () => {
    if (!switched) leave()
  })
}

/** Passes on what `from` says and, at its end, that it ended; the other half stays open. An unclean end takes both down. */
const join = (from: Duplex, to: Duplex, ended: () => boolean, cut: () => void): void => {
  if (from instanceof Socket) from.setNoDelay(true)
  from.pipe(to, {end: false})
  const end = (): void => {
    if (ended()) to.end()
  }
  if (from.readableEnded) end()
  else from.once('end', end)
  from.on('error', cut)
  from.once('close', () => {
    if (!ended()) cut()
  })
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
