import {answerRefused, isKnownHost, sendText} from '../answers.ts'
import type {AnswerOut, RequestIn, Upgrade} from '../message.ts'
import type {Route} from '../routes.ts'
import {isUpgrade} from '../upgrade.ts'
import {mayBeOwn, ownPaths} from './paths.ts'
import {reloadScript} from './script.ts'
import type {Watchers} from './watchers.ts'

/** Whether the request is for the proxy itself: for pages that reload, or wait. Everywhere else such a path is the application's. */
export const isReserved = (route: Route, request: RequestIn): boolean => {
  if (!mayBeOwn(request) || (route.request.reload !== true && isServed(route))) return false
  const {stream, script} = ownPaths(route, request)
  return request.url === stream || request.url === script
}

export const answerReserved = (
  watchers: Watchers,
  route: Route,
  request: RequestIn,
  answer: AnswerOut | Upgrade,
): void => {
  const response = isUpgrade(answer) ? answer.response : answer
  const {method, url, headers} = request
  if (!isKnownHost(route, request)) return answerRefused(request, response, 421, 'misdirected request')
  if (headers['sec-fetch-site'] === 'cross-site')
    return answerRefused(request, response, 403, 'for pages of this address alone')
  if (method !== 'GET') {
    response.setHeader('allow', 'GET')
    return answerRefused(request, response, 405, 'method not allowed')
  }
  if (url === ownPaths(route, request).script) return sendText(request, response, 200, 'text/javascript', reloadScript)
  if (watchers.add(route, request, response)) return
  response.setHeader('retry-after', '1')
  answerRefused(request, response, 503, 'too many pages watch this address')
}

const isServed = ({pools}: Route): boolean => pools.some(({lanes}) => lanes.some(({refused}) => !refused))
