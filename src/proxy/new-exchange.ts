import {ServerResponse} from 'node:http'
import type {IncomingMessage} from 'node:http'

import type {ExchangeContext} from './exchange-context.ts'
import type {Exchange, Upgrade} from './exchange.ts'
import {takeCarried} from './fast/carried.ts'
import {hasBody} from './headers.ts'
import {isNavigation} from './navigation.ts'
import {strippedTarget} from './origin.ts'
import {responseOn} from './response-on.ts'
import type {Route} from './routes.ts'
import type {Upstream} from './upstream.ts'

export const newExchange = (
  {access, clients}: ExchangeContext,
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
    trusted: clients.trustForwarded,
    page: route.request.reload === true && isNavigation(request),
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
    interim: 0,
    sentMs: 0,
    holdUntilMs: 0,
    outgoing: undefined,
    incoming: undefined,
    inFlight: undefined,
    observer: undefined,
    stopWaiting: undefined,
    upgraded: false,
    answered: false,
    broken: false,
    over: false,
  }
}
