import {once} from 'node:events'
import {connect} from 'node:net'
import type {Socket} from 'node:net'
import {fileURLToPath} from 'node:url'

import type {ExecutionContext} from 'ava'
import test from 'ava'
import {execa} from 'execa'

import {ask, rawConnection, readAll, until} from '../kit/client.ts'
import {shopHost, temporaryDirectory} from '../kit/proxy.ts'
import {startUpstream} from '../kit/upstream.ts'
import {readResponses} from './kit/messages.ts'
import {startRecorder} from './kit/recorder.ts'
import {startSubject} from './kit/subject.ts'

const openIdle = async (t: ExecutionContext, port: number, count: number): Promise<readonly Socket[]> => {
  const sockets = Array.from({length: count}, () => connect({port, host: '127.0.0.1'}).on('error', () => undefined))
  t.teardown(() => sockets.forEach((socket) => socket.destroy()))
  await Promise.all(sockets.map(async (socket) => once(socket, 'connect').catch(() => undefined)))
  return sockets
}

test('a connection more than there may be is told so, and there is room again once others are closed', async (t) => {
  const application = await startRecorder(t)
  const {port, host} = await startSubject(t, application.port, {maxConnections: 10})
  const idle = await openIdle(t, port, 10)
  const over = rawConnection(t, port, `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
  const [refusal] = readResponses(await readAll(over)).messages
  t.is(refusal?.start, 'HTTP/1.1 503 Service Unavailable')
  t.regex(refusal?.body ?? '', /as many connections as it can have/)
  t.deepEqual(application.requests, [])
  idle[0]!.destroy()
  await until(async () => (await ask(port).catch(() => undefined))?.status === 200)
})

test('connections under way are served while others are refused', async (t) => {
  const application = await startRecorder(t)
  const {port, host} = await startSubject(t, application.port, {maxConnections: 5})
  const client = rawConnection(t, port, `GET /first HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
  await once(client, 'readable')
  await openIdle(t, port, 200)
  client.end(`GET /second HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
  const {messages} = readResponses(await readAll(client))
  t.is(messages.filter(({start}) => start === 'HTTP/1.1 200 OK').length, 2)
})

/** A proxy whose process may have `files` files open. */
const startLimited = async (t: ExecutionContext, applicationPort: number, files: number): Promise<number> => {
  const program = fileURLToPath(new URL('kit/limited.ts', import.meta.url))
  const child = execa(
    'sh',
    [
      '-c',
      `ulimit -n ${files}; exec "$0" "$@"`,
      process.execPath,
      program,
      await temporaryDirectory(t),
      String(applicationPort),
    ],
    {reject: false},
  )
  t.teardown(async () => {
    child.kill()
    await child
  })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return Number(line.toString())
}

test('a flood of connections does not take the proxy down: some are refused, and afterwards it serves as before', async (t) => {
  const application = await startUpstream(t, (_request, response) => void response.end('served'))
  const port = await startLimited(t, application.port, 200)
  t.is((await ask(port)).body, 'served')
  for (let round = 0; round < 3; round++) {
    const flood = await openIdle(t, port, 400)
    for (const socket of flood) socket.destroy()
  }
  await until(async () => (await ask(port).catch(() => undefined))?.body === 'served')
  t.is((await ask(port, {host: shopHost})).body, 'served')
})

test('more requests at once than there can be connections to the application all get their answers', async (t) => {
  const posts = new Set<unknown>()
  const application = await startUpstream(t, (request, response) => {
    if (request.method === 'POST') posts.add(request.socket)
    setTimeout(() => response.end('served'), 50)
  })
  const port = await startLimited(t, application.port, 200)
  const answers = await Promise.all(
    Array.from({length: 100}, async (_, index) => ask(port, {method: index % 2 === 0 ? 'GET' : 'POST'})),
  )
  t.deepEqual(new Set(answers.map(({body}) => body)), new Set(['served']))
  // What must not be sent twice has a connection of its own also then.
  t.is(posts.size, 50)
})
