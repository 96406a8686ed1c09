import type {ExchangeContext} from './exchange-context.ts'
import type {Exchange} from './exchange.ts'
import {takeCarried} from './fast/carried.ts'
import {isGrpc} from './h2/grpc.ts'
import {hasBody} from './headers.ts'
import type {AnswerOut, RequestIn, Upgrade} from './message.ts'
import {isNavigation} from './navigation.ts'
import {strippedTarget} from './origin.ts'
import type {Route} from './routes.ts'
import {isUpgrade} from './upgrade.ts'
import type {Upstream} from './upstream.ts'

export const newExchange = (
  {access, clients}: ExchangeContext,
  route: Route<Upstream>,
  request: RequestIn,
  answer: AnswerOut | Upgrade,
  prefix: string,
): Exchange => {
  const {url = '/'} = request
  const carried = takeCarried(request.socket)
  return {
    route,
    request,
    response: isUpgrade(answer) ? answer.response : answer,
    upgrade: isUpgrade(answer) ? answer : undefined,
    body: hasBody(request),
    trusted: clients.trustForwarded,
    page: route.request.reload === true && isNavigation(request),
    grpc: request.httpVersion === '2.0' && isGrpc(request.headers),
    bodyBegun: false,
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
    set: undefined,
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
    sample: undefined,
    stopWaiting: undefined,
    upgraded: false,
    answered: false,
    broken: false,
    over: false,
  }
}
