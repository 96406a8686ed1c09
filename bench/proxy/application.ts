/** An application for flips: answers with its name after `?ms=`, until its stdin ends. Says its port first. Argument: its name. */
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'

const name = process.argv[2] ?? ''
const server = createServer({keepAliveTimeout: 300_000}, (request, response) => {
  const afterMs = Number(new URLSearchParams(request.url?.split('?')[1]).get('ms') ?? 0)
  const answer = (): unknown => response.setHeader('content-length', name.length).end(name)
  if (afterMs > 0) setTimeout(answer, afterMs)
  else answer()
})
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
process.stdin.resume().once('close', () => process.exit())
