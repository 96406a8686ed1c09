import {once} from 'node:events'
import {createServer, type RequestListener} from 'node:http'
import type {AddressInfo} from 'node:net'

import test from 'ava'

import {startTraffic} from '../../../scripts/demo/traffic.ts'

const serve = async (listener: RequestListener) => {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const {port} = server.address() as AddressInfo
  return {
    url: `http://hello.localhost:${port}`,
    [Symbol.dispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}

test('answers are counted by release, on kept and on new connections, under the name of the app', async (t) => {
  const seen = {hosts: new Set<string | undefined>(), kept: 0, fresh: 0}
  using server = await serve((request, response) => {
    seen.hosts.add(request.headers.host)
    if (request.headers.connection === 'keep-alive') seen.kept += 1
    else seen.fresh += 1
    response.setHeader('x-imm-release', 'r1-aaaaaaa').end('hello')
  })
  {
    await using traffic = startTraffic(server.url)
    await traffic.firstAnswer('r1-aaaaaaa', AbortSignal.timeout(5000))
    while (traffic.report().served < 10) await new Promise((resolve) => setImmediate(resolve))
    await traffic[Symbol.asyncDispose]()
    const {served, failed, answers} = traffic.report()
    t.is(served, seen.kept + seen.fresh)
    t.is(failed, 0)
    t.deepEqual(answers, new Map([['r1-aaaaaaa', new Set(['hello'])]]))
  }
  t.deepEqual(seen.hosts, new Set([new URL(server.url).host]))
  t.true(seen.kept >= 4 && seen.fresh >= 4)
})

test('a refusal, a reset and an answer without a release are failures, each with its reason', async (t) => {
  const wrongs: RequestListener[] = [
    (_request, response) => response.writeHead(502, {'x-imm-release': 'r1-aaaaaaa'}).end('bad gateway'),
    (request) => request.socket.destroy(),
    (_request, response) => response.end('who am I'),
  ]
  let count = 0
  using server = await serve((request, response) => wrongs[count++ % wrongs.length]?.(request, response))
  const traffic = startTraffic(server.url)
  while (traffic.report().failed < 6) await new Promise((resolve) => setImmediate(resolve))
  await traffic[Symbol.asyncDispose]()
  const {served, failures} = traffic.report()
  t.is(served, 0)
  const reasons = failures.join('\n')
  t.regex(reasons, /status 502/)
  t.regex(reasons, /release not told/)
  t.regex(reasons, /socket hang up|ECONNRESET/)
})
