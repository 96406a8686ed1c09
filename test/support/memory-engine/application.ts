import {randomInt} from 'node:crypto'
import {createServer, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'

import type {Address} from '../../../src/lifecycle/ports.ts'
import type {Program} from './program.ts'

/** A place in the network for one container: its own loopback address where the system has more than one (Linux), else a port. */
export const newAddress = async (port: number): Promise<Address> => {
  if (port === 0) return {host: '127.0.0.1', port}
  if (process.platform === 'linux')
    return {host: `127.${randomInt(2, 255)}.${randomInt(256)}.${randomInt(1, 255)}`, port}
  const server = createServer()
  await listen(server, {host: '127.0.0.1', port: 0})
  const {port: free} = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return {host: '127.0.0.1', port: free}
}

/** The program's HTTP server: `{"release", "content", "path"}`; `/slow/<ms>` answers half at once and half later. */
export const serve = async (
  {status = 200, paths = {}, content = ''}: Program,
  at: Address,
  release: string,
  unpaused: () => Promise<void>,
): Promise<Server> => {
  const server = createServer((request, response) => {
    void unpaused().then(() => {
      const path = request.url ?? '/'
      const body = JSON.stringify({release, content, path})
      response.writeHead(paths[path] ?? status, {'content-type': 'application/json'})
      const slowMs = Number(/^\/slow\/(\d+)$/.exec(path)?.[1])
      if (!slowMs) return response.end(body)
      response.write(body.slice(0, 5))
      setTimeout(() => response.end(body.slice(5)), slowMs)
      return undefined
    })
  })
  await listen(server, at)
  return server
}

const listen = (server: Server, {host, port}: Address): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
