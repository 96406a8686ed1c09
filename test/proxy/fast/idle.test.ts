import {once} from 'node:events'
import {connect, createServer} from 'node:net'
import type {AddressInfo} from 'node:net'
import {mock} from 'node:test'

import test from 'ava'

import {createFastPort} from '../../../src/proxy/fast/port.ts'
import {keepAliveTimeoutMs} from '../../../src/proxy/limits.ts'
import {newTally} from '../../../src/proxy/tally.ts'
import {closeUpstream, openUpstream} from '../../../src/proxy/upstream.ts'
import {headOf} from '../kit/both-paths.ts'
import {startUpstream} from '../kit/upstream.ts'

test.serial('a connection without a request is closed when it has been idle for long, and not before', async (t) => {
  mock.timers.enable({apis: ['setInterval']})
  t.teardown(() => mock.timers.reset())
  const application = await startUpstream(t, (_request, response) => void response.end('ok'))
  const upstream = openUpstream(application.target(1), newTally())
  t.teardown(() => closeUpstream(upstream))
  const route = {pools: [{lanes: [upstream]}], counters: {requests: 0, failed: 0}} as never
  const port = createFastPort(
    () => route,
    () => t.fail('handed over'),
  )
  t.teardown(() => port.close())
  const server = createServer((socket) => socket.once('data', (bytes: Buffer) => port.take(socket, bytes)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  t.teardown(() => client.destroy())
  const request = headOf('GET / HTTP/1.1')
  for (let round = 0; round < 3; round++) {
    client.write(request)
    await once(client, 'data')
    mock.timers.tick(keepAliveTimeoutMs - 5000)
    await new Promise(setImmediate)
    t.false(client.destroyed || client.readableEnded)
  }
  mock.timers.tick(20_000)
  await once(client, 'close')
  t.pass()
})
