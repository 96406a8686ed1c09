/** An application under a soak: says its port, then serves until its stdin ends. Argument: its name. */
import {createHash} from 'node:crypto'
import {createServer} from 'node:http'
import type {IncomingMessage, ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {setTimeout as sleep} from 'node:timers/promises'

import {WebSocketServer} from 'ws'

const [, , name = ''] = process.argv
const eventEveryMs = 50

const pages: Record<string, (request: IncomingMessage, response: ServerResponse, query: URLSearchParams) => unknown> = {
  /** after `ms`, what was asked for as `id` */
  async '/echo'(_request, response, query) {
    await sleep(Number(query.get('ms') ?? 0))
    response.end(`${name} ${query.get('id')}`)
  },
  /** `bytes` of a text that tells where a piece is missing */
  '/download'(_request, response, query) {
    const body = numbered(Number(query.get('bytes')))
    response.writeHead(200, {'content-length': body.length, 'x-digest': digest(body)}).end(body)
  },
  async '/upload'(request, response) {
    const hash = createHash('sha256')
    for await (const chunk of request as AsyncIterable<Buffer>) hash.update(chunk)
    response.end(hash.digest('hex'))
  },
  async '/events'(_request, response) {
    response.writeHead(200, {'content-type': 'text/event-stream'})
    for (let id = 0; !response.destroyed; id++) {
      response.write(`id: ${id}\ndata: ${name}\n\n`)
      await sleep(eventEveryMs)
    }
  },
}

const numbered = (bytes: number): Buffer => {
  const line = 16
  const lines = Array.from({length: Math.ceil(bytes / line)}, (_, index) => `${index}`.padStart(line - 1, '0'))
  return Buffer.from(`${lines.join('\n')}\n`).subarray(0, bytes)
}

const digest = (body: Buffer): string => createHash('sha256').update(body).digest('hex')

const server = createServer((request, response) => {
  const {pathname, searchParams} = new URL(request.url ?? '/', 'http://localhost')
  const page = pages[pathname]
  if (page === undefined) response.writeHead(404).end()
  // A client that goes in the middle of its upload is no matter of ours.
  else void Promise.resolve(page(request, response, searchParams)).catch(() => response.destroy())
})
new WebSocketServer({server}).on('connection', (socket) => {
  socket.on('message', (data) => socket.send(data))
  socket.on('error', () => socket.terminate())
})
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
process.stdin.resume().once('close', () => process.exit())
