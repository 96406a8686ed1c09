import {answerRefused, sendText} from '../answers.ts'
import {isGrpc} from '../h2/grpc.ts'
import type {AnswerOut, RequestIn} from '../message.ts'
import {wantsPage} from '../navigation.ts'
import {loginPage} from '../pages.ts'

/** 401: says nothing of what is there. `asks`: a browser may ask its user for a password. */
export const answerLogin = (request: RequestIn, response: AnswerOut, asks: boolean): void => {
  if (request.httpVersion === '2.0' && isGrpc(request.headers)) return answerUnauthenticated(response)
  if (asks) response.setHeader('www-authenticate', 'Basic realm="imm previews", charset="UTF-8"')
  refuse(request, response, 401, 'A link or a password is needed here.', 'login required')
}

/** 403: a link that opens nothing here, whatever the reason. */
export const answerNoLink = (request: RequestIn, response: AnswerOut): void =>
  refuse(request, response, 403, 'This link has expired, was taken back, or is for another address.', 'link not valid')

/** 429 */
export const answerTooMany = (request: RequestIn, response: AnswerOut, seconds: number): void => {
  response.setHeader('retry-after', String(seconds))
  refuse(request, response, 429, 'Too many wrong passwords; try again later.', 'too many attempts')
}

const refuse = (request: RequestIn, response: AnswerOut, status: number, text: string, error: string): void => {
  if (!wantsPage(request)) return answerRefused(request, response, status, error)
  // What it still sends of a body is nobody's.
  response.shouldKeepAlive = false
  sendText(request, response, status, 'text/html', loginPage(text))
}

/** UNAUTHENTICATED */
const answerUnauthenticated = (response: AnswerOut): void => {
  response.writeHead(200, {'content-type': 'application/grpc', 'grpc-status': '16', 'grpc-message': 'login required'})
  response.end()
}
