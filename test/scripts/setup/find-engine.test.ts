import {once} from 'node:events'
import {mkdtempDisposable} from 'node:fs/promises'
import {createServer, type RequestListener} from 'node:http'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test from 'ava'

import type {Endpoint} from '../../../scripts/setup/endpoint.ts'
import {findEngine} from '../../../scripts/setup/find-engine.ts'

const fakeEngine = async (listener: RequestListener) => {
  const directory = await mkdtempDisposable(path.join(tmpdir(), 'imm-find-'))
  const socketPath = path.join(directory.path, 'engine.sock')
  const server = createServer(listener).listen(socketPath)
  await once(server, 'listening')
  const endpoint: Endpoint = {socketPath, url: `unix://${socketPath}`}
  return {
    endpoint,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await directory.remove()
    },
  }
}

const absent: Endpoint = {socketPath: '/nonexistent/engine.sock', url: 'unix:///nonexistent/engine.sock'}

test('the first engine that answers a ping is taken, past sockets that are not there', async (t) => {
  const asked: (string | undefined)[] = []
  await using engine = await fakeEngine((request, response) => {
    asked.push(request.url)
    response.end('OK')
  })
  const {answering} = await findEngine([absent, engine.endpoint, absent], new AbortController().signal)
  t.deepEqual(answering, engine.endpoint)
  t.deepEqual(asked, ['/_ping'])
})

test('a socket behind which something else answers is not an engine', async (t) => {
  await using other = await fakeEngine((_request, response) => response.writeHead(404).end())
  t.deepEqual(await findEngine([other.endpoint], new AbortController().signal), {
    answering: undefined,
    denied: undefined,
    silent: other.endpoint,
  })
})

test('nothing is found where there is nothing', async (t) => {
  const {answering, denied, silent} = await findEngine([absent], new AbortController().signal)
  t.deepEqual([answering, denied, silent], [undefined, undefined, undefined])
})
