import {once} from 'node:events'
import {createServer} from 'node:http'
import type {IncomingHttpHeaders} from 'node:http'
import type {AddressInfo} from 'node:net'

import type {ExecutionContext} from 'ava'
import {WebSocketServer} from 'ws'

export interface App {
  port: number
  /** what reached it: method and target, with the fields */
  seen: {line: string; headers: IncomingHttpHeaders}[]
}

/** An application with a WebSocket, and a stream of events under /events, which says `secret` to everybody. */
export const startApp = async (t: ExecutionContext): Promise<App> => {
  const seen: App['seen'] = []
  const server = createServer((request, response) => {
    seen.push({line: `${request.method} ${request.url}`, headers: request.headers})
    if (request.url !== '/events') return void response.end('secret')
    response.writeHead(200, {'content-type': 'text/event-stream'})
    return void response.write('data: secret\n\n')
  })
  const sockets = new WebSocketServer({server})
  sockets.on('connection', (socket, {url, headers}) => {
    seen.push({line: `WS ${url}`, headers})
    socket.on('error', () => undefined)
    socket.send('secret')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    for (const client of sockets.clients) client.terminate()
    server.close()
    server.closeAllConnections()
  })
  return {port: (server.address() as AddressInfo).port, seen}
}
