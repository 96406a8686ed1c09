import test from 'ava'

import type {ServeEvent} from '../../../src/preview/serve/events.ts'
import {connectProxy, ensureProxy} from '../../../src/proxy/client.ts'
import {keepServeProxy} from '../../../src/wiring/preview/serve-proxy.ts'
import {daemonPlace} from '../../proxy/kit/daemon.ts'
import {until} from '../../support/until.ts'

test('a proxy that is killed while serve has nothing to do is back at once, and that is told', async (t) => {
  const place = await daemonPlace(t)
  const events: ServeEvent[] = []
  await using stack = new AsyncDisposableStack()
  stack.use(await keepServeProxy({...place, emit: (event) => events.push(event)}, place.signal))
  const pidNow = async () => (await (await connectProxy(place))?.status(place.signal))?.pid
  const before = await pidNow()
  t.truthy(before)
  process.kill(before!, 'SIGKILL')
  await until(async () => events.length > 0)
  t.deepEqual(events, [{type: 'warning', message: 'the proxy had died; it is back with its routes'}])
  t.not(await pidNow(), before)
})

const stopped = 'the proxy was stopped: previews are unreachable until the next push or `imm proxy restart`'

test('a proxy that is stopped only to be started anew, as by imm proxy start --domain, is no news', async (t) => {
  const place = await daemonPlace(t)
  const events: ServeEvent[] = []
  const patienceMs = 20_000
  await using stack = new AsyncDisposableStack()
  stack.use(await keepServeProxy({...place, patienceMs, emit: (event) => events.push(event)}, place.signal))
  await (await connectProxy(place))?.stop(0, place.signal)
  await ensureProxy(place)
  t.deepEqual(events, [])
})

test('that it was stopped for good is told, and that it is back', async (t) => {
  const place = await daemonPlace(t)
  const events: ServeEvent[] = []
  await using stack = new AsyncDisposableStack()
  stack.use(await keepServeProxy({...place, patienceMs: 0, emit: (event) => events.push(event)}, place.signal))
  await (await connectProxy(place))?.stop(0, place.signal)
  await until(async () => events.length > 0)
  await ensureProxy(place)
  await until(async () => events.length > 1)
  t.deepEqual(events, [
    {type: 'warning', message: stopped},
    {type: 'warning', message: 'the proxy is back with its routes'},
  ])
})
