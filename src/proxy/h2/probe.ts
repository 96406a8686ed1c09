import {connect} from 'node:http2'
import {createConnection} from 'node:net'

import type {Address, Observation} from '../../lifecycle/ports.ts'
import {probeFailure} from '../probe-failure.ts'

/** One GET over a connection of its own that speaks HTTP/2 by prior knowledge. */
export const probeStream = async (
  address: Address,
  path: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Observation> => {
  const settled = Promise.withResolvers<Observation>()
  const socket = createConnection({...address, noDelay: true})
  let connected = false
  socket.once('connect', () => {
    connected = true
  })
  const session = connect('http://localhost', {createConnection: () => socket})
  const onError = (error: NodeJS.ErrnoException): void => {
    // Node's word for frames that are none; of what it says of streams, the end of the stream tells.
    if (error.code === 'ERR_HTTP2_ERROR') settled.resolve({outcome: 'garbage', detail: error.message})
    else if (error.code?.startsWith('ERR_HTTP2_') !== true) settled.resolve(probeFailure(error, connected))
  }
  socket.on('error', onError)
  session.on('error', onError)
  const stream = session.request({':path': path, ':authority': 'localhost', accept: '*/*', 'user-agent': 'imm-probe'})
  stream.on('error', onError)
  stream.once('response', (headers) => settled.resolve({outcome: 'http', status: headers[':status'] ?? 0}))
  stream.once('close', () => {
    session.destroy()
    setImmediate(() => settled.resolve({outcome: 'reset', detail: 'closed without an answer'}))
  })
  const onAbort = (): void => settled.reject(signal.reason as Error)
  signal.addEventListener('abort', onAbort, {once: true})
  const timer = setTimeout(() => settled.resolve({outcome: 'timeout', connected}), timeoutMs)
  try {
    return await settled.promise
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
    session.destroy()
    socket.destroy()
  }
}
