import {readFileSync} from 'node:fs'
import {createServer} from 'node:http'
import {setTimeout as sleep} from 'node:timers/promises'

import {echo} from './echo.js'

/** What this release is about: first and last in every answer, so that one put together from two releases shows. */
const content = readFileSync(new URL('greeting.txt', import.meta.url), 'utf8').trim()

const answer = async (request, response) => {
  const {pathname, searchParams} = new URL(request.url, 'http://localhost')
  response.setHeader('content-type', 'text/plain; charset=utf-8')
  if (pathname === '/health' && content.startsWith('unhealthy')) response.statusCode = 503
  const parts = Number(searchParams.get('parts') ?? 2)
  const pauseMs = Number(searchParams.get('pause') ?? 1)
  for (let part = 1; part < parts && !response.destroyed; part++) {
    response.write(`${content}\n`)
    await sleep(pauseMs)
  }
  response.end(`${content}\n`)
}

const server = createServer((request, response) => void answer(request, response))
server.on('upgrade', (request, socket) => echo(request, socket, content))
server.listen(3000, '0.0.0.0')

process.once('SIGTERM', () => {
  server.close(() => process.exit(0))
  server.closeIdleConnections()
})
