import test from 'ava'
import type {ExecutionContext} from 'ava'

import {createProxy} from '../../src/proxy/proxy.ts'
import type {Proof, Prove} from '../../src/proxy/restored.ts'
import {allTo} from '../../src/proxy/split.ts'
import {ask, until} from './kit/client.ts'
import {shop, startTestProxy} from './kit/proxy.ts'
import {startUpstream, targetAt} from './kit/upstream.ts'

/** A proxy that comes back with a route to an application; `prove` says whose its address is. */
const startAgain = async (t: ExecutionContext, prove: Prove) => {
  let requests = 0
  const upstream = await startUpstream(t, (_, response) => {
    requests++
    response.end('here')
  })
  const {proxy, home, flip} = await startTestProxy(t)
  await flip(upstream.target(1))
  const {port} = proxy
  await proxy[Symbol.asyncDispose]()
  const log: string[] = []
  const next = await createProxy({home, port, log: (line) => log.push(line), prove})
  t.teardown(async () => next[Symbol.asyncDispose]())
  return {proxy: next, port, upstream, log, requests: () => requests}
}

for (const proof of ['there', 'unsure'] as const)
  test(`after a restart requests wait until it is known whose the address is: ${proof}`, async (t) => {
    const {promise, resolve} = Promise.withResolvers<Proof>()
    const {proxy, port, requests} = await startAgain(t, async () => promise)
    const answers = [ask(port), ask(port, {method: 'POST', body: 'x'})]
    await until(() => proxy.routes()[0]?.held === 2)
    t.is(requests(), 0)
    resolve(proof)
    for (const answer of await Promise.all(answers)) t.is(answer.body, 'here')
  })

test('an address that is somebody else’s by now gets nothing, whatever it answers; the next release does', async (t) => {
  let looks = 0
  const {proxy, port, upstream, log, requests} = await startAgain(t, async () => {
    looks++
    return 'elsewhere'
  })
  const waiting = ask(port)
  await until(() => proxy.routes()[0]?.held === 1 && looks >= 2)
  t.is(requests(), 0)
  t.is(log.filter((line) => line.includes('is not at')).length, 1)
  const next = await startUpstream(t, (_, response) => void response.end('next'))
  await proxy.flip(shop, {target: next.target(2), attempt: 'next'})
  t.is((await waiting).body, 'next')
  t.is(requests(), 0)
  await upstream.close()
})

test('one whose address is its own again gets its requests', async (t) => {
  let proof: Proof = 'elsewhere'
  const {proxy, port} = await startAgain(t, async () => proof)
  const waiting = ask(port)
  await until(() => proxy.routes()[0]?.held === 1)
  proof = 'there'
  t.is((await waiting).body, 'here')
})

test('an imm that looks after the route need not wait for the engine', async (t) => {
  const {promise} = Promise.withResolvers<Proof>()
  const {proxy, port, upstream} = await startAgain(t, async () => promise)
  const waiting = ask(port)
  await until(() => proxy.routes()[0]?.held === 1)
  await proxy.split(shop, {split: allTo(upstream.target(1)), attempt: 'lost', fence: 'above'}).catch(() => undefined)
  t.is((await waiting).body, 'here')
})

test('what listens on nothing has a route without an address, is given back after a restart, and is never connected to', async (t) => {
  const {proxy, home} = await startTestProxy(t)
  const queue = {...shop, app: 'queue'}
  const target = targetAt(0, 1)
  const opened = await proxy.open({...queue, hosts: [], port: undefined})
  t.is(opened.url, '')
  t.deepEqual(opened.urls, [])
  await proxy.split(queue, {split: allTo(target), attempt: 'one', fence: 'same'})
  t.is((await proxy.drain(queue, target, 1000, new AbortController().signal)).cut, 0)
  await proxy[Symbol.asyncDispose]()
  const asked: number[] = []
  const next = await createProxy({
    home,
    port: 0,
    log: () => undefined,
    async prove({address}) {
      asked.push(address.port)
      return 'unsure'
    },
  })
  t.teardown(async () => next[Symbol.asyncDispose]())
  t.deepEqual(next.state(queue)?.portions, [{targets: [target], weight: 1}])
  t.false(asked.includes(0))
  const unknown = await ask(next.port, {headers: {host: 'other.localhost'}})
  t.false(unknown.body.includes('shop/main/queue'), 'there is nothing to follow')
})
