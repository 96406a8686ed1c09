import {once} from 'node:events'
import {createServer} from 'node:net'
import type {AddressInfo, Socket} from 'node:net'
import {connect} from 'node:tls'
import type {ConnectionOptions} from 'node:tls'

import test from 'ava'
import type {ExecutionContext} from 'ava'
import * as fc from 'fast-check'

import {isTls, serverNameOf} from '../../../src/proxy/tls/client-hello.ts'

/** What a client of Node's says first. */
const helloOf = async (t: ExecutionContext, options: ConnectionOptions): Promise<Buffer> => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const accepted = once(server, 'connection')
  const client = connect({port: (server.address() as AddressInfo).port, host: '127.0.0.1', ...options})
  client.on('error', () => undefined)
  const [socket] = (await accepted) as [Socket]
  const [read] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  client.destroy()
  return read
}

test('the name is found in what clients send, in every version', async (t) => {
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    const hello = await helloOf(t, {servername: 'shop.localhost', maxVersion, ALPNProtocols: ['h2', 'http/1.1']})
    t.true(isTls(hello))
    t.is(serverNameOf(hello), 'shop.localhost')
  }
})

test('a client that names none has none', async (t) => {
  t.is(serverNameOf(await helloOf(t, {servername: ''})), undefined)
})

test('of a part of it either the name is known or nothing', async (t) => {
  const hello = await helloOf(t, {servername: 'shop.localhost'})
  for (let length = 0; length < hello.length; length++)
    t.true([undefined, 'shop.localhost'].includes(serverNameOf(hello.subarray(0, length))))
})

test('no bytes make it throw', async (t) => {
  const hello = await helloOf(t, {servername: 'shop.localhost'})
  fc.assert(
    fc.property(fc.uint8Array({maxLength: 300}), (bytes) => {
      serverNameOf(Buffer.from(bytes))
      serverNameOf(Buffer.concat([Buffer.from([0x16, 3, 1, 0, 200, 1]), bytes]))
    }),
  )
  fc.assert(
    fc.property(fc.nat({max: hello.length - 1}), fc.nat({max: 255}), (at, byte) => {
      const changed = Buffer.from(hello)
      changed[at] = byte
      serverNameOf(changed)
    }),
  )
  t.pass()
})

test('HTTP is no TLS', (t) => {
  for (const text of ['GET / HTTP/1.1\r\n', 'PRI * HTTP/2.0\r\n', '\r\nGET /', '']) t.false(isTls(Buffer.from(text)))
})
