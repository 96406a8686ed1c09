import test from 'ava'
import type {ExecutionContext} from 'ava'

import {createProxy, type Proxy} from '../../../src/proxy/proxy.ts'
import {allTo} from '../../../src/proxy/split.ts'
import type {KeeperThread} from '../../../src/wiring/keeper-thread.ts'
import {createRestTurns, type RestTurns} from '../../../src/wiring/preview/rest-turns.ts'
import type {RestEnd, RestWork} from '../../../src/wiring/preview/rest-work.ts'
import {ask} from '../../proxy/kit/client.ts'
import {shop, shopHost, temporaryDirectory} from '../../proxy/kit/proxy.ts'
import {startUpstream} from '../../proxy/kit/upstream.ts'

/** A real proxy, and a thread that does as the test says. */
const start = async (t: ExecutionContext, work: (work: RestWork, wake: () => Promise<void>) => Promise<RestEnd>) => {
  const said: string[] = []
  const upstream = await startUpstream(t, (_, response) => response.end('here'))
  const home = await temporaryDirectory(t)
  const proxy: Proxy = await createProxy({home, port: 0, log: () => undefined, onWake: (id) => void turns.wake(id)})
  t.teardown(async () => proxy[Symbol.asyncDispose]())
  let attempt = 0
  const live = async () => {
    await proxy.split(shop, {split: allTo(upstream.target(1)), attempt: String(++attempt), fence: 'same'})
  }
  const turns: RestTurns = createRestTurns({
    proxy,
    log: () => undefined,
    inThread: async (use) => {
      const thread = {
        rest: async (asked: RestWork) => {
          said.push(asked.to)
          return work(asked, live)
        },
      }
      return use(thread as unknown as KeeperThread)
    },
    mind: ({app}) => void said.push(`mind ${app}`),
    leave: async ({app}) => void said.push(`leave ${app}`),
    onChange: async (_, to) => void said.push(`is ${to}`),
  })
  // It writes what it does into the directory, which goes after the test.
  t.teardown(async () => turns.settled(shop))
  await proxy.open({...shop, hosts: [shopHost], port: undefined})
  await live()
  return {proxy, turns, said}
}

test('what comes while it is put to rest waits for that, and wakes it once', async (t) => {
  const stopped = Promise.withResolvers<void>()
  const {proxy, turns, said} = await start(t, async ({to}, wake) => {
    if (to === 'asleep') await stopped.promise
    else await wake()
    return {}
  })
  const resting = turns.rest(shop, 'asleep', {hard: false})
  const answers = Array.from({length: 20}, async () => ask(proxy.port))
  while (proxy.routes()[0]?.held !== 20) await new Promise(setImmediate)
  stopped.resolve()
  t.true(await resting)
  t.deepEqual([...new Set((await Promise.all(answers)).map(({status}) => status))], [200])
  await turns.settled(shop)
  t.deepEqual(said, ['leave web', 'asleep', 'is asleep', 'awake', 'is awake', 'mind web'])
})

test('what can’t be put to rest has its traffic again', async (t) => {
  const {proxy, turns, said} = await start(t, async ({to}, wake) => {
    if (to === 'paused') return {failure: {message: 'no', output: []}}
    await wake()
    return {}
  })
  t.false(await turns.rest(shop, 'paused', {hard: false}))
  t.deepEqual(said, ['leave web', 'paused', 'awake', 'is awake', 'mind web'])
  t.is((await ask(proxy.port)).body, 'here')
})

test('what can’t be woken says why, and the next request tries again', async (t) => {
  let tries = 0
  const {proxy, turns} = await start(t, async ({to}, wake) => {
    if (to !== 'awake') return {}
    if (++tries === 1) return {failure: {message: 'the engine is away', output: []}}
    await wake()
    return {}
  })
  await turns.rest(shop, 'asleep', {hard: false})
  const failed = await ask(proxy.port)
  t.is(failed.status, 503)
  t.regex(failed.body, /the engine is away/)
  t.is((await ask(proxy.port)).status, 200)
})

test('who was asked for since it was looked at stays as it is', async (t) => {
  const {turns, said} = await start(t, async () => ({}))
  t.false(await turns.rest(shop, 'asleep', {hard: false, still: () => false}))
  t.deepEqual(said, [])
})
