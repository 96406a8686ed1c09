import type {Exchange} from './exchange.ts'
import {isIdempotent} from './headers.ts'
import {hasAnswered} from './upstream.ts'

/** RFC 9110 9.2.2, and nothing came back. A body is read once, so that it can't be sent again. */
export const mayBeSentAgain = ({request, body, upgrade, outgoing}: Exchange): boolean =>
  !body &&
  upgrade === undefined &&
  isIdempotent(request.method ?? '') &&
  !(outgoing?.socket && hasAnswered(outgoing.socket))
