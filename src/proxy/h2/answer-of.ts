import {constants} from 'node:http2'
import type {ClientHttp2Stream} from 'node:http2'

import type {AnswerIn} from '../message.ts'
import {trailersOn, withoutPseudo} from './fields.ts'
import type {StreamHead} from './request.ts'
import {watchEnd} from './whole.ts'

/** What an upstream answers on a stream, told as HTTP/1.1 would tell it. */
export const answerOf = (stream: ClientHttp2Stream, {headers, flags, raw}: StreamHead): AnswerIn => {
  const end = watchEnd(stream, (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0)
  return {
    httpVersion: '2.0',
    statusCode: Number(headers[':status']),
    headers,
    rawHeaders: withoutPseudo(raw),
    rawTrailers: trailersOn(stream),
    get complete() {
      return end.whole
    },
    get readableEnded() {
      return stream.readableEnded
    },
    on: (event, listener) => stream.on(event, listener),
    once: (event, listener) => stream.once(event, listener),
    pause: () => stream.pause(),
    resume: () => stream.resume(),
  }
}
