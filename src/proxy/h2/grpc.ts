import type {IncomingHttpHeaders} from 'node:http'

import type {AnswerOut} from '../message.ts'

/** gRPC itself: gRPC-Web (`application/grpc-web`) is made for HTTP/1.1 and goes as everything else does. */
export const isGrpc = ({'content-type': type}: IncomingHttpHeaders): boolean =>
  type !== undefined && /^application\/grpc(?:[+;]|$)/i.test(type)

const unavailable = '14'

/** UNAVAILABLE as gRPC's clients understand it: an answer of trailers alone, with status 200. */
export const answerGrpc = (response: AnswerOut, message: string): void => {
  response.writeHead(200, {
    'content-type': 'application/grpc',
    'grpc-status': unavailable,
    'grpc-message': percentEncoded(message),
  })
  response.end()
}

/** What is not printable ASCII, and `%`; not more, which some clients would leave as it is. */
const percentEncoded = (message: string): string => encodeURI(message.toWellFormed()).replaceAll('%20', ' ')
