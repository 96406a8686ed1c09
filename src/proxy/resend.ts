import type {Exchange} from './exchange.ts'
import {isIdempotent} from './headers.ts'

/** RFC 9110 9.2.2. A body is read once, so that it can't be sent again. */
export const mayBeSentAgain = ({request, body, upgrade}: Exchange): boolean =>
  !body && upgrade === undefined && isIdempotent(request.method ?? '')
