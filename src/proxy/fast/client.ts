import type {Socket} from 'node:net'

import {setCookieName} from '../affinity.ts'
import {chooseLane} from '../choose.ts'
import {newRequestId} from '../headers.ts'
import {enterLane, leaveLane} from '../lane.ts'
import type {InFlight} from '../lane.ts'
import type {Route} from '../routes.ts'
import type {Upstream} from '../upstream.ts'
import {passAnswer} from './answer.ts'
import type {Answer} from './answer.ts'
import {handOver} from './hand-over.ts'
import {endLink, isFull, keepLink, keptLink, openLink} from './link.ts'
import type {Link, LinkUser} from './link.ts'
import type {FastContext} from './port.ts'
import {headForUpstream, maxRequestBytes, scanRequest} from './request.ts'
import type {PlainRequest} from './request.ts'

/** A connection of a client, up to the first message on it that is not plain. */
export interface Client extends InFlight, LinkUser {
  readonly port: FastContext
  readonly socket: Socket
  readonly address: string
  /** read of it; what is under way stays in front until its answer begins */
  unread: Buffer | undefined
  underWay: UnderWay | undefined
  /** more was read than is served: it is read on when that is done */
  paused: boolean
  /** the client doesn't read its answers: it gets the next one when it has */
  full: boolean
  /** the look, see port.ts, after which nothing was under way */
  idleLook: number
  readonly listeners: Listeners
}

interface Listeners {
  readonly data: (bytes: Buffer) => void
  readonly end: () => void
  readonly error: () => void
  readonly close: () => void
  readonly drain: () => void
}

/** One request, from the choice of its lane to the end of its answer. */
export interface UnderWay {
  readonly request: PlainRequest
  readonly requestId: string
  readonly route: Route<Upstream>
  readonly lane: Upstream
  readonly link: Link
  /** the link may be used again */
  readonly kept: boolean
  /** by performance.now() */
  readonly sentMs: number
  answer: Answer | undefined
}

export const serveClient = (port: FastContext, socket: Socket, bytes: Buffer): void => {
  const client: Client = {
    port,
    socket,
    address: socket.remoteAddress ?? '',
    unread: undefined,
    underWay: undefined,
    paused: false,
    full: false,
    idleLook: port.looks,
    cut: () => cut(client),
    onAnswer: (answer) => onAnswer(client, answer),
    onLost: () => onLost(client),
    listeners: {
      data: (more) => onData(client, more),
      end: () => onEnd(client),
      error: ignore,
      close() {
        port.clients.delete(client)
        abandon(client)
      },
      drain: () => onDrain(client),
    },
  }
  port.clients.add(client)
  const {data, end, error, close, drain} = client.listeners
  socket.on('data', data).on('end', end).on('error', error).on('close', close).on('drain', drain)
  onData(client, bytes)
}

const ignore = (): void => undefined

const onData = (client: Client, bytes: Buffer): void => {
  const {unread, underWay, full} = client
  client.unread = unread === undefined ? bytes : Buffer.concat([unread, bytes])
  if (underWay === undefined && !full) return serveNext(client)
  client.paused = true
  client.socket.pause()
}

/** Whether the client still waits for an answer is for Node's path to tell. */
const onEnd = (client: Client): void => {
  const {socket, underWay} = client
  if (underWay === undefined || underWay.answer !== undefined) {
    abandon(client)
    socket.end()
    return
  }
  handOver(client, underWay)
  // It listens only now.
  socket.emit('end')
}

const onDrain = (client: Client): void => {
  client.underWay?.link.socket.resume()
  if (!client.full) return
  client.full = false
  serveNext(client)
}

const serveNext = (client: Client): void => {
  const {port, socket, unread} = client
  if (unread === undefined) {
    if (port.closing) return endClient(client)
    if (!client.paused) return
    client.paused = false
    return void socket.resume()
  }
  const text = unread.toString('latin1', 0, Math.min(unread.length, maxRequestBytes))
  const request = scanRequest(text)
  const route = request && port.routeOf(request.host, request.target)
  const lane = route && isPlain(route, text) ? plainLane(route) : undefined
  if (lane === undefined) handOver(client)
  else send(client, request as PlainRequest, route as Route<Upstream>, lane, text)
}

/** Which set of releases a request belongs to is for Node's path to say, where there are several, and to tell a page. */
const isPlain = ({group}: Route<Upstream>, text: string): boolean => {
  if (group === undefined) return true
  if (/text\/html|navigate/.test(text)) return false
  if (!text.includes(setCookieName)) return true
  group.current.usedMs = performance.now()
  return group.old.length === 0
}

/** Who is asked where there is nothing to decide; undefined where it depends on the request, and where requests have to wait. */
const plainLane = ({pools, mirror}: Route<Upstream>): Upstream | undefined => {
  const only = pools[0]
  if (only === undefined || pools.length > 1 || mirror !== undefined) return undefined
  const lane = chooseLane(only)
  return lane === undefined || lane.target.protocol === 'h2c' || isFull(lane) ? undefined : lane
}

/** Which connection is used: see send.ts of Node's path. */
const send = (client: Client, request: PlainRequest, route: Route<Upstream>, lane: Upstream, text: string): void => {
  route.counters.requests++
  enterLane(lane, client)
  const sentMs = performance.now()
  const kept = request.repeatable && !request.hasBody
  const link = (kept ? keptLink(lane, sentMs) : undefined) ?? openLink(lane)
  link.user = client
  const requestId = request.requestId ?? newRequestId()
  client.underWay = {request, requestId, route, lane, link, kept, sentMs, answer: undefined}
  const head = headForUpstream(request, client.address, requestId, kept)
  link.socket.write(request.hasBody ? head + text.slice(request.headEnd, request.end) : head, 'latin1')
}

const onAnswer = (client: Client, bytes: Buffer): void => {
  const {underWay, unread} = client
  if (underWay === undefined) return
  const isFirst = underWay.answer === undefined
  const passed = passAnswer(client, underWay, bytes)
  if (passed === 'strange') return void handOver(client, underWay, bytes)
  // Nothing will be sent again.
  if (isFirst && unread !== undefined)
    client.unread = unread.length > underWay.request.end ? unread.subarray(underWay.request.end) : undefined
  if (passed === 'broken') return breakOff(client, underWay)
  if (passed === 'complete') return complete(client, underWay)
  // A long piece asks for a pause also where the kernel took it at once.
  const {socket} = client
  if (socket.writableNeedDrain && socket.writableLength > 0) underWay.link.socket.pause()
}

const complete = (client: Client, underWay: UnderWay): void => {
  const {request, link, lane, kept, answer} = underWay
  client.underWay = undefined
  if (answer === undefined || !kept || answer.excess || answer.head.close) endLink(link)
  else keepLink(link, answer.sinceMs, answer.head.keepAliveMs)
  leaveLane(lane, client)
  if (request.close) return endClient(client)
  client.idleLook = client.port.looks
  client.full = client.unread !== undefined && client.socket.writableNeedDrain
  if (!client.full) serveNext(client)
}

/** What it sends from now on is dropped: unread, it would be answered with a reset, and the answer lost in that. */
export const endClient = ({socket, listeners}: Client): void => {
  socket.off('data', listeners.data)
  socket.resume()
  socket.destroySoon()
}

const onLost = (client: Client): void => {
  const {underWay} = client
  if (underWay === undefined) return
  if (underWay.answer === undefined) handOver(client, underWay)
  else breakOff(client, underWay)
}

/** Half an answer must not look like a whole one. */
const breakOff = (client: Client, {route, lane}: UnderWay): void => {
  route.counters.failed++
  lane.tally.failures++
  abandon(client)
  client.socket.destroy()
}

/** The drain's deadline, or the release is removed. */
const cut = (client: Client): void => {
  const {underWay} = client
  if (underWay === undefined) return
  const {route, lane, link, answer} = underWay
  if (answer !== undefined) {
    route.counters.failed++
    abandon(client)
    client.socket.destroy()
  } else if (link.socket.connecting) {
    // Nothing was sent: as if it came only now.
    route.counters.requests--
    lane.tally.requests--
    abandon(client)
    handOver(client)
  } else {
    const taken = handOver(client, underWay)
    taken?.cut()
  }
}

/** Ends what is under way, without an answer. */
const abandon = (client: Client): void => {
  const {underWay} = client
  if (underWay === undefined) return
  client.underWay = undefined
  underWay.link.user = undefined
  underWay.link.socket.destroy()
  leaveLane(underWay.lane, client)
}
