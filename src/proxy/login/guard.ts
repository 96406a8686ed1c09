import {tellUnrouted} from '../access-log.ts'
import {answerRefused} from '../answers.ts'
import {isBelow} from '../domain.ts'
import type {ExchangeContext} from '../exchange-context.ts'
import {hostName, isLoopbackAddress} from '../hosts.ts'
import {keptFiles} from '../kept-file.ts'
import type {AnswerOut, RequestIn, Upgrade} from '../message.ts'
import {ownPaths, sharePath} from '../reload/paths.ts'
import type {Route} from '../routes.ts'
import {isShared} from '../sharing.ts'
import type {Sharing} from '../sharing.ts'
import {isUpgrade} from '../upgrade.ts'
import {answerLogin, answerNoLink} from './answers.ts'
import {basicLogin} from './basic.ts'
import {sessionTokens} from './cookies.ts'
import {parseKey} from './key.ts'
import {isOwnPage} from './own-page.ts'
import {loginPlace} from './place.ts'
import {answerLink} from './share-link.ts'
import {readToken} from './token.ts'
import type {Grant} from './token.ts'
import {endAtExpiry} from './until-expiry.ts'

/** Who gets to the routes. */
export interface Guard {
  /** each request may have to log in, whatever its route says: none can go the short way */
  readonly asksAll: boolean
  /** it comes from elsewhere: what is on this machine is not told */
  isOutside(request: RequestIn): boolean
  /** Answers such a request where no route is under its name, so that the answer does not tell which names there are. */
  refuse(request: RequestIn, answer: AnswerOut | Upgrade): void
  /** Calls `begin`, now or later, where the request may get to the route; answers all others. */
  enter(route: Route, request: RequestIn, answer: AnswerOut | Upgrade, begin: () => void): void
}

export interface GuardOptions {
  home: string
  sharing: Sharing
  context: Pick<ExchangeContext, 'access' | 'clients' | 'log'>
  /** the route under a name, whatever the path */
  routeUnder: (host: string) => Route | undefined
  now?: () => number
}

export const createGuard = ({home, sharing, context, routeUnder, now = Date.now}: GuardOptions): Guard => {
  const {access, clients, log} = context
  const shared = isShared(sharing)
  const asksAll = shared && !sharing.open
  const key = keptFiles([loginPlace(home).key], parseKey, log)
  const basic = basicLogin({home, log, now})
  /** By the address that was connected to: what a predecessor passes on comes from this machine. Another proxy in front hides who asks. */
  const isOutside = ({socket: {localAddress}, headers: {host = ''}}: RequestIn): boolean =>
    shared &&
    (clients.trustForwarded ||
      localAddress === undefined ||
      !isLoopbackAddress(localAddress) ||
      isBelow(hostName(host), sharing.domain))
  const sessionOf = (route: Route, request: RequestIn): Grant | undefined => {
    const tokens = sessionTokens(route.request, request.headers.cookie)
    const signing = tokens.length === 0 ? undefined : key()
    if (signing === undefined || !isOwnPage(request, route, routeUnder)) return undefined
    return tokens
      .map((token) => readToken(signing, 'session', token, now()))
      .find((grant) => grant !== undefined && opens(grant, route))
  }
  return {
    asksAll,
    isOutside,
    refuse(request, answer) {
      const response = isUpgrade(answer) ? answer.response : answer
      const misdirected = (): void => answerRefused(request, response, 421, 'misdirected request')
      if (!asksAll || !isBelow(hostName(request.headers.host ?? ''), sharing.domain)) return misdirected()
      if (request.url?.split('?', 1)[0] === sharePath) return answerNoLink(request, response)
      const credentials = basic.read(request)
      if (credentials === undefined) return answerLogin(request, response, basic.isOn())
      void (async () => {
        const isRight = await basic.check(credentials, clientOf(request, clients.trustForwarded), request, response)
        if (isRight && !response.destroyed) misdirected()
      })()
      return undefined
    },
    enter(route, request, answer, begin) {
      if (route.request.login !== true && !(asksAll && isOutside(request))) return begin()
      const response = isUpgrade(answer) ? answer.response : answer
      const {url = ''} = request
      const tell = (): void => {
        if (access.isOn) tellUnrouted(access, request, response, 'login')
      }
      if (url.split('?', 1)[0] === ownPaths(route, request).share) {
        // Told nowhere: its query is what opens the environment.
        const secure = isSecure(request, clients.trustForwarded)
        return answerLink({key: key(), route, request, response, secure, nowMs: now()})
      }
      const credentials = basic.read(request)
      const session = sessionOf(route, request)
      if (session !== undefined) {
        endAtExpiry(request, answer, session.expiresMs, now)
        return begin()
      }
      if (credentials === undefined || !isOwnPage(request, route, routeUnder)) {
        tell()
        return answerLogin(request, response, basic.isOn())
      }
      const address = clientOf(request, clients.trustForwarded)
      void (async () => {
        const isRight = await basic.check(credentials, address, request, response)
        if (!isRight) tell()
        // Meanwhile it may have gone.
        else if (!response.destroyed) begin()
      })()
      return undefined
    },
  }
}

const opens = (grant: Grant, {request: {project, environment}}: Route): boolean =>
  grant.project === project && grant.environment === environment

/** Whether the browser speaks https, with us or with a trusted proxy in front. */
const isSecure = ({socket, headers}: RequestIn, trusted: boolean): boolean =>
  socket.encrypted === true || (trusted && headers['x-forwarded-proto'] === 'https')

/** Of a trusted proxy's word, the last: that one it has seen itself. */
const clientOf = ({socket, headers}: RequestIn, trusted: boolean): string => {
  const told = trusted
    ? String(headers['x-forwarded-for'] ?? '')
        .split(',')
        .at(-1)
        ?.trim()
    : ''
  return told || (socket.remoteAddress ?? '')
}
