import type {ReleaseName} from '../release/identity.ts'
import {answerGrpc, isGrpc} from './h2/grpc.ts'
import {hostName, isLoopbackHost} from './hosts.ts'
import type {AnswerOut, RequestIn} from './message.ts'
import {isNavigation, wantsPage} from './navigation.ts'
import {noticeOf, unavailableNotice} from './notice.ts'
import type {Notice} from './notice.ts'
import {meantPath} from './origin.ts'
import {noticePage, pagePolicy, unroutedPage} from './pages.ts'
import type {RouteLink} from './pages.ts'
import {ownPaths} from './reload/paths.ts'
import {hasName} from './routes.ts'
import type {Route} from './routes.ts'

/** 503 while nothing live takes requests: what the release is doing, from its last announcement. */
export const answerUnavailable = (
  request: RequestIn,
  response: AnswerOut,
  route: Route,
  refusing: ReleaseName | undefined,
): void => {
  const notice = unavailableNotice(route, refusing)
  const lost = wantsPage(request) && !isNavigation(request)
  const message = `${notice.message}\nThe ${request.method} was not passed on: go back, and send it again.`
  answerNotice(request, response, route, 503, 'unavailable', lost ? {...notice, message} : notice)
}

/** 502: the release took the request and gave no answer. */
export const answerBadGateway = (
  request: RequestIn,
  response: AnswerOut,
  route: Route,
  release: string,
  message: string,
): void => {
  const notice = {...noticeOf(route), stage: 'live', release, message}
  answerNotice(request, response, route, 502, 'bad gateway', notice)
}

/** 503 for a request that was still under way when its release had to go. */
export const answerCut = (request: RequestIn, response: AnswerOut, route: Route, release: string): void => {
  const notice = {...noticeOf(route), stage: 'drain', release, message: `${release} was retired before it answered.`}
  answerNotice(request, response, route, 503, 'unavailable', notice)
}

/** 404, with what there is; a foreign name (DNS rebinding) learns nothing. `known`: other paths of the host lead somewhere. */
export const answerUnrouted = (
  request: RequestIn,
  response: AnswerOut,
  known: boolean,
  routes: () => readonly RouteLink[],
): void => {
  const {host: header = ''} = request.headers
  if (!known && !isLoopbackHost(header)) return sendText(request, response, 421, 'text/plain', 'Misdirected request\n')
  const host = hostName(header)
  const path = known ? meantPath(request.url ?? '/') : ''
  if (isNavigation(request)) return sendText(request, response, 404, 'text/html', unroutedPage(host + path, routes()))
  const error = known ? 'unknown path' : 'unknown host'
  sendJson(request, response, 404, {error, host, ...(known ? {path} : {}), routes: routes()})
}

/** A request that no release should see. */
export const answerRefused = (request: RequestIn, response: AnswerOut, status: number, message: string): void => {
  response.shouldKeepAlive = false
  sendJson(request, response, status, {error: message})
}

/**
 * A dedicated port and a door answer under any name; what an application does is not for foreign ones (DNS rebinding). Names within a
 * network (`api`) have no dot, which those that anybody can register have.
 */
export const isKnownHost = (route: Route, {headers: {host = ''}, socket: {localAddress}}: RequestIn): boolean => {
  if (isLoopbackHost(host) || hasName(route, host)) return true
  if (localAddress === undefined || isLoopback(localAddress)) return false
  const name = hostName(host)
  return name === localAddress || !/[.:]/.test(name)
}

const isLoopback = (address: string): boolean => address === '127.0.0.1' || address === '::1'

const answerNotice = (
  request: RequestIn,
  response: AnswerOut,
  route: Route,
  status: number,
  error: string,
  notice: Notice,
): void => {
  const {stage, release, message} = notice
  if (status === 503) response.setHeader('retry-after', '1')
  if (release !== undefined) response.setHeader('x-imm-release', release)
  const known = isKnownHost(route, request)
  if (request.httpVersion === '2.0' && isGrpc(request.headers)) return answerGrpc(response, known ? message : error)
  if (!known) return sendText(request, response, status, 'text/plain', `${error}\n`)
  if (wantsPage(request)) {
    const refresh = status === 503 && isNavigation(request)
    return sendText(
      request,
      response,
      status,
      'text/html',
      noticePage(notice, refresh ? ownPaths(route, request).stream : undefined),
    )
  }
  sendJson(request, response, status, {error, stage, release: release ?? null, message})
}

const sendJson = (request: RequestIn, response: AnswerOut, status: number, json: unknown): void =>
  sendText(request, response, status, 'application/json', `${JSON.stringify(json)}\n`)

export const sendText = (request: RequestIn, response: AnswerOut, status: number, type: string, text: string): void => {
  const body = Buffer.from(text)
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'content-length': body.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(type === 'text/html' ? {'content-security-policy': pagePolicy} : {}),
  })
  response.end(request.method === 'HEAD' ? undefined : body)
}
