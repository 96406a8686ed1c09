import test from 'ava'

import type {ServeEvent} from '../../../src/preview/serve/events.ts'
import {connectProxy} from '../../../src/proxy/client.ts'
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
