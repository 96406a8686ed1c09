import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'

import test from 'ava'

import {openWeb} from '../../src/parity/sides/web/open-web.ts'
import {harOf, run} from './replay/sides.ts'
import {httpsServer} from './sides/web/servers.ts'

const {signal} = new AbortController()

/** On one of this machine's two addresses alone. */
const serverOn = async (address: string): Promise<AsyncDisposable & {port: number}> => {
  const server = createServer((_, response) => void response.setHeader('x-host', 'it').end('ok'))
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, address, resolve))
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

for (const address of ['127.0.0.1', '::1'])
  test(`a name below localhost is this machine, at ${address} too, whatever the system's resolver says`, async (t) => {
    // Not every machine has IPv6.
    await using server = address === '::1' ? await serverOn(address).catch(() => undefined) : await serverOn(address)
    if (!server) {
      t.log('no IPv6 here: not tried')
      t.pass()
      return
    }
    for (const name of ['shop.localhost', 'a.b.LOCALHOST', 'shop.localhost.', 'localhost']) {
      const origin = `http://${name}:${server.port}`
      t.like((await openWeb(`${origin}/`, signal)).web, {status: 200, headers: {'x-host': 'it'}})
      const side = {name, origin}
      t.like(await run(await harOf('/'), [side, side]), {findings: [], requests: 1, uncompared: []})
    }
  })

test('its TLS is looked at, too', async (t) => {
  await using server = await httpsServer((_, response) => void response.end())
  const {web} = await openWeb(`https://shop.localhost:${server.port}/`, signal)
  t.like(web, {status: 200, tls: {trusted: false}})
})

test('where nothing listens at either address, it can not be reached, and the reason is told', async (t) => {
  const {port} = await (async () => {
    await using server = await serverOn('127.0.0.1')
    return server
  })()
  const origin = `http://shop.localhost:${port}`
  const side = {name: 'gone', origin}
  await t.throwsAsync(run(await harOf('/'), [side, side]), {
    code: 'REPLAY_FAILED',
    message: /can't be reached at http:\/\/shop\.localhost:\d+: connect ECONNREFUSED 127\.0\.0\.1/,
  })
  await t.throwsAsync(openWeb(`${origin}/`, signal), {
    code: 'SIDE_UNREACHABLE',
    message: /connect ECONNREFUSED 127\.0\.0\.1/,
  })
})
