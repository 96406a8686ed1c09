import {once} from 'node:events'

import test from 'ava'

import {until} from '../kit/client.ts'
import {startTestProxy} from '../kit/proxy.ts'
import {startUpstream} from '../kit/upstream.ts'
import {block, frame, get, openFrames, startCounted} from './frames.ts'
import {askStream, openSession, openStream} from './kit.ts'

test('a head that is too long is answered with 431, and the connection goes on', async (t) => {
  const {port, reached} = await startCounted(t)
  const {socket, next} = openFrames(t, port)
  const long = block([...get, ...Array.from({length: 5}, (_, index) => [`x-${index}`, 'x'.repeat(14_000)] as const)])
  for (let at = 0; at < long.length; at += 16_384) {
    const piece = long.subarray(at, at + 16_384)
    const last = at + 16_384 >= long.length ? 4 : 0
    socket.write(at === 0 ? frame('headers', 1 + last, 1, piece) : frame('continuation', last, 1, piece))
  }
  socket.write(frame('headers', 5, 3, block(get)))
  await next('headers', 3)
  // `:status` of the static table, with a value of its own.
  t.is((await next('headers', 1)).payload.subarray(0, 5).toString('latin1'), 'H\x03431')
  t.is(reached().length, 1)
})

test('more streams at once than agreed are refused, and may be sent again', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, () => undefined)
  await flip(upstream.target(1))
  const {socket, next} = openFrames(t, port)
  for (let index = 0; index < 251; index++) socket.write(frame('headers', 5, index * 2 + 1, block(get)))
  t.is((await next('reset', 501)).payload.readUInt32BE(), 7)
})

test('a client that opens streams and resets them in haste is sent away (CVE-2023-44487)', async (t) => {
  const {port, flip, proxy} = await startTestProxy(t)
  const upstream = await startUpstream(t, () => undefined)
  await flip(upstream.target(1))
  const {socket, next} = openFrames(t, port)
  const ended = new Promise((resolve) => socket.once('close', resolve))
  for (let index = 0; index < 3000 && socket.writable; index++) {
    const stream = index * 2 + 1
    socket.write(
      Buffer.concat([frame('headers', 5, stream, block(get)), frame('reset', 0, stream, Buffer.of(0, 0, 0, 8))]),
    )
    if (index % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  t.not((await next('goaway', 0)).payload.readUInt32BE(4), 0)
  await ended
  t.is((await askStream(openSession(t, port), {':authority': 'none.localhost'})).status, 404)
  await until(() => proxy.routes()[0]?.inFlight === 0)
})

const floods: [string, (index: number) => Buffer][] = [
  ['pings', () => frame('ping', 0, 0, Buffer.alloc(8))],
  [
    'continuations',
    (index) => (index === 0 ? frame('headers', 1, 1, block(get)) : frame('continuation', 0, 1, block([['x-a', 'b']]))),
  ],
]
for (const [what, make] of floods) {
  test(`a flood of ${what} whose answers are not read ends the connection`, async (t) => {
    const {port} = await startCounted(t)
    const {socket} = openFrames(t, port)
    socket.pause()
    const ended = new Promise((resolve) => socket.once('close', resolve))
    let count = 0
    for (; socket.writable && count < 1_000_000; count += 100) {
      const many = Buffer.concat(Array.from({length: 100}, (_, index) => make(count + index)))
      await new Promise((resolve) => socket.write(many, resolve))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await ended
    t.true(count < 1_000_000)
  })
}

test('a client whose connection ends takes its streams along, at the application as well', async (t) => {
  const {port, flip, proxy} = await startTestProxy(t)
  let begun = 0
  let closed = 0
  const upstream = await startUpstream(t, (_request, response) => {
    begun++
    response.once('close', () => closed++)
  })
  await flip(upstream.target(1))
  const {socket} = openFrames(t, port)
  for (const stream of [1, 3]) socket.write(frame('headers', 5, stream, block(get)))
  await until(() => begun === 2)
  const ended = new Promise((resolve) => socket.once('close', resolve))
  socket.end()
  await ended
  await until(() => closed === 2)
  t.is(proxy.routes()[0]?.inFlight, 0)
  t.is(proxy.routes()[0]?.failed, 0)
})

test('a stopping proxy lets streams end and takes no new ones', async (t) => {
  const {port, flip, proxy} = await startTestProxy(t)
  const {promise: asked, resolve} = Promise.withResolvers<{end(text: string): void}>()
  const upstream = await startUpstream(t, (_request, response) => resolve(response))
  await flip(upstream.target(1))
  const session = openSession(t, port)
  const idle = openSession(t, port)
  await once(idle, 'remoteSettings')
  const stream = openStream(session)
  let body = ''
  stream.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
  const response = await asked
  const goaway = once(session, 'goaway')
  const idleClosed = new Promise((done) => idle.once('close', done))
  await proxy.stopListening()
  t.is((await goaway)[0], 0)
  await idleClosed
  response.end('to the end')
  await new Promise((done) => session.once('close', done))
  t.is(body, 'to the end')
})
