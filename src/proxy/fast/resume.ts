import {request as httpRequest} from 'node:http'
import type {ClientRequest, RequestOptions} from 'node:http'

import {maxHeaderBytes} from '../limits.ts'
import type {Carried} from './carried.ts'

/** Goes on with a request as if Node's client had sent it. What its head says is of no matter: see replay.ts. */
export const resumeRequest = ({connection, reused}: Carried, method: string): ClientRequest => {
  const outgoing = httpRequest({
    method,
    headers: ['Host', ''],
    createConnection: () => connection,
    maxHeaderSize: maxHeaderBytes,
    servername: '',
  } as RequestOptions)
  outgoing.reusedSocket = reused
  return outgoing
}
