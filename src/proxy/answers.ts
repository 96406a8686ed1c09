import type {IncomingMessage, ServerResponse} from 'node:http'

import type {ReleaseName} from '../release/identity.ts'
import {hostName, isLoopbackHost} from './hosts.ts'
import {meantPath} from './origin.ts'
import {noticePage, pagePolicy, unroutedPage} from './pages.ts'
import type {Notice, RouteLink} from './pages.ts'
import {hasName, liveLane} from './routes.ts'
import type {Route} from './routes.ts'

/** A person waits for a page: GET or HEAD that would take HTML. Everything else gets JSON. */
export const isNavigation = ({method, headers}: IncomingMessage): boolean =>
  (method === 'GET' || method === 'HEAD') && (headers.accept?.includes('text/html') ?? false)

/** 503 while nothing live takes requests: what the release is doing, from its last announcement. */
export const answerUnavailable = (
  request: IncomingMessage,
  response: ServerResponse,
  route: Route,
  refusing: ReleaseName | undefined,
): void => {
  const notice =
    refusing === undefined
      ? {...noticeOf(route), ...(route.announcement ?? {stage: 'waiting', message: 'No release is live yet.'})}
      : {...noticeOf(route), stage: 'live', release: refusing, message: `${refusing} does not accept connections.`}
  answerNotice(request, response, route, 503, 'unavailable', notice)
}

/** 502: the release took the request and gave no answer. */
export const answerBadGateway = (
  request: IncomingMessage,
  response: ServerResponse,
  route: Route,
  release: string,
  message: string,
): void => {
  const notice = {...noticeOf(route), stage: 'live', release, message}
  answerNotice(request, response, route, 502, 'bad gateway', notice)
}

/** 503 for a request that was still under way when its release had to go. */
export const answerCut = (request: IncomingMessage, response: ServerResponse, route: Route, release: string): void => {
  const notice = {...noticeOf(route), stage: 'drain', release, message: `${release} was retired before it answered.`}
  answerNotice(request, response, route, 503, 'unavailable', notice)
}

/** 404, with what there is; a foreign name (DNS rebinding) learns nothing. `known`: other paths of the host lead somewhere. */
export const answerUnrouted = (
  request: IncomingMessage,
  response: ServerResponse,
  known: boolean,
  routes: () => readonly RouteLink[],
): void => {
  const {host: header = ''} = request.headers
  if (!known && !isLoopbackHost(header)) return send(request, response, 421, 'text/plain', 'Misdirected request\n')
  const host = hostName(header)
  const path = known ? meantPath(request.url ?? '/') : ''
  if (isNavigation(request)) return send(request, response, 404, 'text/html', unroutedPage(host + path, routes()))
  const error = known ? 'unknown path' : 'unknown host'
  sendJson(request, response, 404, {error, host, ...(known ? {path} : {}), routes: routes()})
}

/** A request that no release should see. */
export const answerRefused = (
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  message: string,
): void => {
  response.shouldKeepAlive = false
  sendJson(request, response, status, {error: message})
}

const noticeOf = (route: Route): Notice => ({
  project: route.request.project,
  environment: route.request.environment,
  app: route.request.app,
  stage: 'waiting',
  release: liveLane(route)?.target.release,
  message: '',
  output: [],
})

const answerNotice = (
  request: IncomingMessage,
  response: ServerResponse,
  route: Route,
  status: number,
  error: string,
  notice: Notice,
): void => {
  const {host = ''} = request.headers
  // A dedicated port answers under any name; the application's output is not for foreign ones.
  const known = isLoopbackHost(host) || hasName(route, host)
  const {stage, release, message} = notice
  if (status === 503) response.setHeader('retry-after', '1')
  if (release !== undefined) response.setHeader('x-imm-release', release)
  if (!known) return send(request, response, status, 'text/plain', `${error}\n`)
  if (isNavigation(request)) return send(request, response, status, 'text/html', noticePage(notice, status === 503))
  sendJson(request, response, status, {error, stage, release: release ?? null, message})
}

const sendJson = (request: IncomingMessage, response: ServerResponse, status: number, json: unknown): void =>
  send(request, response, status, 'application/json', `${JSON.stringify(json)}\n`)

const send = (request: IncomingMessage, response: ServerResponse, status: number, type: string, text: string): void => {
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
