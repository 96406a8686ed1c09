import type {AnswerOut, RequestIn} from '../message.ts'
import type {Route} from '../routes.ts'
import {answerNoLink} from './answers.ts'
import {sessionCookie} from './cookies.ts'
import {localPath} from './local-path.ts'
import {readToken, signToken} from './token.ts'

export interface LinkRequest {
  /** undefined: nobody was given a link */
  key: Buffer | undefined
  route: Route
  request: RequestIn
  response: AnswerOut
  secure: boolean
  nowMs: number
}

/** The path of the application, where it has one. */
const mountOf = ({url = ''}: RequestIn): string => `${url.slice(0, url.indexOf('/.imm/share'))}/`

/** Gives a session for a link that is good here, and leads on to a path without it. */
export const answerLink = ({key, route, request, response, secure, nowMs}: LinkRequest): void => {
  const query = new URLSearchParams((request.url ?? '').split('?').slice(1).join('?'))
  const token = query.get('token')
  const grant = key && token !== null ? readToken(key, 'link', token, nowMs) : undefined
  const {project, environment} = route.request
  const isSafe = request.method === 'GET' || request.method === 'HEAD'
  if (key === undefined || grant?.project !== project || grant.environment !== environment || !isSafe)
    return answerNoLink(request, response)
  response.writeHead(303, {
    location: localPath(query.get('to') ?? mountOf(request)),
    'set-cookie': sessionCookie(grant, signToken(key, 'session', grant), secure),
    'cache-control': 'no-store',
    // The address with the token is nobody else's to know.
    'referrer-policy': 'no-referrer',
    'content-length': 0,
  })
  response.end()
}
