import {request} from 'node:http'
import {createConnection} from 'node:net'

import type {Observation, Probe} from '../lifecycle/ports.ts'
import {probeStream} from './h2/probe.ts'
import {probeFailure} from './probe-failure.ts'

/** One attempt over a connection of its own. Redirects are an answer as any other. */
export const probe: Probe = async (address, path, timeoutMs, signal, protocol) => {
  signal.throwIfAborted()
  if (protocol === 'h2c' && path !== undefined) return probeStream(address, path, timeoutMs, signal)
  const settled = Promise.withResolvers<Observation>()
  const socket = createConnection({...address, noDelay: true})
  let connected = false
  socket.once('connect', () => {
    connected = true
    if (path === undefined) settled.resolve({outcome: 'connected'})
  })
  const onError = (error: Error): void => settled.resolve(probeFailure(error, connected))
  socket.on('error', onError)
  const onAbort = (): void => settled.reject(signal.reason as Error)
  signal.addEventListener('abort', onAbort, {once: true})
  const timer = setTimeout(() => settled.resolve({outcome: 'timeout', connected}), timeoutMs)
  try {
    if (path !== undefined) {
      const outgoing = request({
        path,
        createConnection: () => socket,
        // Frameworks that check the Host header take this one.
        headers: {host: 'localhost', accept: '*/*', connection: 'close', 'user-agent': 'imm-probe'},
      })
      outgoing.once('response', ({statusCode}) => settled.resolve({outcome: 'http', status: statusCode ?? 0}))
      outgoing.on('error', onError)
      outgoing.end()
    }
    return await settled.promise
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
    socket.destroy()
  }
}
