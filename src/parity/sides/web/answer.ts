import {request as requestPlain, type IncomingHttpHeaders} from 'node:http'
import {connect} from 'node:http2'
import type {Socket} from 'node:net'

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  /** `HTTP/1.1`, `HTTP/2` */
  protocol: string
}

const headers = {accept: '*/*', 'user-agent': 'imm-parity'}

/** The head of what is answered to one GET over a connection. */
export const answerOf = (url: URL, socket: Socket, isHttp2: boolean, signal: AbortSignal): Promise<Answer> =>
  isHttp2 ? answerOf2(url, socket, signal) : answerOf1(url, socket, signal)

const answerOf1 = async (url: URL, socket: Socket, signal: AbortSignal): Promise<Answer> => {
  const {promise, resolve, reject} = Promise.withResolvers<Answer>()
  const asked = requestPlain({
    createConnection: () => socket,
    path: `${url.pathname}${url.search}`,
    headers: {...headers, host: url.host, connection: 'close'},
    signal,
  })
  asked.on('response', ({statusCode = 0, headers: got, httpVersion}) =>
    resolve({status: statusCode, headers: got, protocol: `HTTP/${httpVersion}`}),
  )
  asked.on('error', reject)
  asked.end()
  return promise
}

const answerOf2 = async (url: URL, socket: Socket, signal: AbortSignal): Promise<Answer> => {
  const {promise, resolve, reject} = Promise.withResolvers<Answer>()
  const session = connect(url.origin, {createConnection: () => socket})
  session.on('error', reject)
  session.on('close', () => reject(new Error('the connection was closed')))
  const stream = session.request({':path': `${url.pathname}${url.search}`, ...headers}, {signal})
  stream.on('response', ({':status': status = 0, ...got}) => resolve({status, headers: got, protocol: 'HTTP/2'}))
  stream.on('error', reject)
  try {
    return await promise
  } finally {
    session.destroy()
  }
}
