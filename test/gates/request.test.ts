import {createServer, type RequestListener} from 'node:http'
import {createServer as createTcpServer, type AddressInfo, type Server} from 'node:net'

import test, {type ExecutionContext} from 'ava'

import {request} from '../../src/gates/request.ts'

const {signal} = new AbortController()
const get = {method: 'GET', path: '/', headers: {}, body: undefined}

const listen = async (t: ExecutionContext, server: Server) => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  return {host: '127.0.0.1', port: (server.address() as AddressInfo).port}
}

const serve = async (t: ExecutionContext, answer: RequestListener) => listen(t, createServer(answer))

test('a request arrives as it was asked for, and its answer comes back whole', async (t) => {
  const address = await serve(t, (incoming, response) => {
    const chunks: Buffer[] = []
    incoming
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        const {method, url, headers} = incoming
        response.writeHead(418, {'x-one': ['a', 'b'], 'content-type': 'application/json'})
        response.end(JSON.stringify({method, url, headers, body: Buffer.concat(chunks).toString()}))
      })
  })
  const headers = {'X-Test': 'yes', Host: 'shop.example'}
  const answer = await request(address, {method: 'POST', path: '/a?b=c', headers, body: 'größer'}, 5000, signal)
  if (answer.outcome === 'failed') return t.fail(answer.detail)
  t.is(answer.status, 418)
  t.like(answer.headers, {'x-one': 'a, b', 'content-type': 'application/json'})
  t.like(JSON.parse(answer.body), {
    method: 'POST',
    url: '/a?b=c',
    body: 'größer',
    headers: {'x-test': 'yes', host: 'shop.example', 'user-agent': 'imm-check', 'content-length': '8'},
  })
  return undefined
})

test('without a host of its own it asks for localhost, and a redirect is an answer', async (t) => {
  const address = await serve(t, ({headers, url}, response) => {
    response.writeHead(url === '/' ? 302 : 200, {location: '/elsewhere', 'x-host': headers.host})
    response.end()
  })
  t.like(await request(address, get, 5000, signal), {status: 302, headers: {'x-host': 'localhost'}})
})

test('what does not answer, closes, or speaks something else is said in words', async (t) => {
  const silent = await serve(t, () => undefined)
  t.deepEqual(await request(silent, get, 50, signal), {outcome: 'failed', detail: 'no answer within 0.05 s'})
  const slow = await serve(t, (_, response) => void response.write('half'))
  t.deepEqual(await request(slow, get, 50, signal), {outcome: 'failed', detail: 'no answer within 0.05 s'})
  const closing = await serve(t, ({socket}) => socket.destroy())
  t.deepEqual(await request(closing, get, 5000, signal), {
    outcome: 'failed',
    detail: 'the connection was closed before the answer was whole',
  })
  const garbage = await listen(
    t,
    createTcpServer((socket) => socket.on('error', () => undefined).end('hello\r\n\r\n')),
  )
  const answer = await request(garbage, get, 5000, signal)
  t.regex(answer.outcome === 'failed' ? answer.detail : '', /not HTTP/)
  const server = createServer()
  const gone = await listen(t, server)
  await new Promise((resolve) => server.close(resolve))
  t.deepEqual(await request(gone, get, 5000, signal), {outcome: 'failed', detail: 'connection refused'})
})

test('a body without an end is not read for ever', async (t) => {
  const address = await serve(t, (_, response) => {
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
    }
    response.on('drain', more)
    more()
  })
  t.deepEqual(await request(address, get, 10_000, signal), {
    outcome: 'failed',
    detail: 'the body is longer than 4 MiB',
  })
})

test('a request that is given up is closed, and rejects with the reason', async (t) => {
  const closed = Promise.withResolvers<void>()
  const arrived = Promise.withResolvers<void>()
  const address = await serve(t, ({socket}) => {
    socket.once('close', () => closed.resolve())
    arrived.resolve()
  })
  const abort = new AbortController()
  const asking = request(address, get, 60_000, abort.signal)
  await arrived.promise
  abort.abort('superseded')
  t.is(await asking.catch((error: unknown) => error), 'superseded')
  await closed.promise
  t.is(await request(address, get, 1000, abort.signal).catch((error: unknown) => error), 'superseded')
})
