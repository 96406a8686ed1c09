import type {ClientRequest, IncomingMessage} from 'node:http'
import type {Socket} from 'node:net'

import {tokenToTell} from './choose.ts'
import type {Exchange, Upgrade} from './exchange.ts'
import {responseHeaders} from './headers.ts'
import {goesOn} from './long-lived.ts'
import type {LongLived} from './long-lived.ts'
import {countAnswer} from './tally.ts'
import type {Upstream} from './upstream.ts'
import {joinWebSocket} from './websocket.ts'

/** Joins the two connections once the upstream has switched; `leave` is called when nothing is under way any more. */
export const passUpgrade = (
  exchange: Exchange,
  {socket, head}: Upgrade,
  upstream: Upstream,
  outgoing: ClientRequest,
  leave: () => void,
): void => {
  let switched = false
  outgoing.once('upgrade', (incoming, upstreamSocket, upstreamHead) => {
    if (exchange.over) {
      upstreamSocket.destroy()
      return
    }
    switched = true
    exchange.answered = true
    exchange.upgraded = true
    exchange.answeredMs = performance.now()
    countAnswer(upstream.tally, incoming.statusCode ?? 101, exchange.answeredMs - exchange.sentMs)
    const headBytes = upstreamSocket.bytesRead - upstreamHead.length
    const sentBytes = upstreamSocket.bytesWritten
    exchange.response.detachSocket(socket)
    socket.write(switchingHead(incoming, upstream.target.release, tokenToTell(exchange)), 'latin1')
    socket.setNoDelay(true)
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
    const isWebSocket = incoming.headers.upgrade?.toLowerCase() === 'websocket'
    goesOn(
      upstream,
      exchange.inFlight,
      isWebSocket
        ? joinWebSocket(socket, head, upstreamSocket, upstreamHead)
        : joinBlindly(socket, head, upstreamSocket, upstreamHead),
    )
  })
  outgoing.once('close', () => {
    if (!switched) leave()
  })
}

/** Passes on what `from` says and, at its end, that it ended; the other half stays open. An unclean end takes both down. */
export const joinSockets = (from: Socket, to: Socket): void => {
  from.setNoDelay(true)
  join(from, to, nothing)
}

const nothing = Buffer.alloc(0)

const joinBlindly = (client: Socket, head: Buffer, application: Socket, applicationHead: Buffer): LongLived => {
  join(client, application, head)
  join(application, client, applicationHead)
  return {
    kind: undefined,
    close: () => undefined,
    cut() {
      client.destroy()
      application.destroy()
    },
  }
}

/**
 * Passes on what `from` said already, what it says and, at its end, that it ended; the other half stays open. An unclean end takes both down.
 */
const join = (from: Socket, to: Socket, said: Buffer): void => {
  if (said.length > 0) to.write(said)
  from.pipe(to)
  from.on('error', () => to.destroy())
  from.once('close', () => {
    if (!from.readableEnded) to.destroy()
  })
}

const switchingHead = (incoming: IncomingMessage, release: string, token: number | undefined): string => {
  const headers = responseHeaders(incoming, release, false, token)
  const lines = [`HTTP/1.1 ${incoming.statusCode} ${incoming.statusMessage}`]
  for (let index = 0; index < headers.length; index += 2) lines.push(`${headers[index]}: ${headers[index + 1]}`)
  lines.push('Connection: Upgrade', `Upgrade: ${incoming.headers.upgrade}`)
  return `${lines.join('\r\n')}\r\n\r\n`
}
