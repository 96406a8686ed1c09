import {ServerResponse} from 'node:http'
import type {IncomingMessage} from 'node:http'
import type {Socket} from 'node:net'

import type {Exchange, ExchangeContext, Upgrade} from './exchange.ts'
import {takeCarried} from './fast/carried.ts'
import {hasBody} from './headers.ts'
import {strippedTarget} from './origin.ts'
import type {Route} from './routes.ts'
import type {Upstream} from './upstream.ts'

export const newExchange = (
  {access}: ExchangeContext,
  route: Route<Upstream>,
  request: IncomingMessage,
  answer: ServerResponse | Upgrade,
  prefix: string,
): Exchange => {
  const {url = '/'} = request
  const carried = takeCarried(request.socket)
  return {
    route,
    request,
    response: answer instanceof ServerResponse ? answer : responseOn(request, answer.socket),
    upgrade: answer instanceof ServerResponse ? undefined : answer,
    body: hasBody(request),
    target: prefix === '' ? url : strippedTarget(url, prefix),
    prefix,
    clientAddress: request.socket.remoteAddress ?? '',
    startMs: access.isOn ? performance.now() : 0,
    id: carried?.requestId ?? '',
    upstream: undefined,
    answeredMs: 0,
    heldMs: 0,
    bytesIn: 0,
    bytesOut: 0,
    outcome: 'ok',
    token: undefined,
    tokenIsNew: false,
    carried,
    sends: 0,
    lostKept: undefined,
    sentMs: 0,
    holdUntilMs: 0,
    outgoing: undefined,
    observer: undefined,
    stopWaiting: undefined,
    upgraded: undefined,
    answered: false,
    over: false,
  }
}

/** An upgrade comes without a response; until the switch, its answers are ordinary ones on a connection that ends with them. */
const responseOn = (request: IncomingMessage, socket: Socket): ServerResponse => {
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  response.assignSocket(socket)
  response.once('finish', () => socket.destroySoon())
  socket.on('error', () => socket.destroy())
  return response
}
