import type {RequestListener, ServerResponse} from 'node:http'

import type {ExecutionContext} from 'ava'
import test from 'ava'

import type {Target} from '../../src/lifecycle/ports.ts'
import {ask, keepAliveAgent, until} from './kit/client.ts'
import {startTestProxy} from './kit/proxy.ts'
import {startUpstream} from './kit/upstream.ts'
import type {TestUpstream} from './kit/upstream.ts'

const startReplicas = async (
  t: ExecutionContext,
  count: number,
  listener: (index: number) => RequestListener,
): Promise<{upstreams: TestUpstream[]; targets: Target[]}> => {
  const upstreams = await Promise.all(
    Array.from({length: count}, async (_, index) => startUpstream(t, listener(index))),
  )
  return {upstreams, targets: upstreams.map((upstream) => upstream.target(1))}
}

test('a replica that is slow gets few requests, the others the rest, evenly', async (t) => {
  const {port, split} = await startTestProxy(t)
  const served = [0, 0, 0]
  const stuck: ServerResponse[] = []
  const {targets} = await startReplicas(t, 3, (index) => (_request, response) => {
    served[index]!++
    if (index === 0) stuck.push(response)
    else response.end()
  })
  await split({portions: [{targets, weight: 1}]})
  const agent = keepAliveAgent(t)
  // Whoever waits at the slow one holds it busier than the others: nothing more goes there.
  const slow: Promise<unknown>[] = []
  while (stuck.length === 0) {
    const answer = ask(port, {agent})
    await Promise.race([answer, until(() => stuck.length > 0)])
    slow.push(answer)
  }
  const before = [...served]
  for (let request = 0; request < 100; request++) await ask(port, {agent})
  t.deepEqual([served[0]! - before[0]!, served[1]! - before[1]!, served[2]! - before[2]!], [0, 50, 50])
  for (const response of stuck) response.end()
  await Promise.all(slow)
})

test('a replica that refuses connections is skipped while another accepts, and asked again once it does', async (t) => {
  const {proxy, port, split, log, counts} = await startTestProxy(t)
  const {upstreams, targets} = await startReplicas(
    t,
    2,
    (index) => (_request, response) => void response.end(`${index}`),
  )
  await split({portions: [{targets, weight: 1}]})
  await upstreams[0]!.close()
  for (let request = 0; request < 20; request++) {
    const {status, body} = await ask(port, {method: request % 2 === 0 ? 'GET' : 'POST'})
    t.deepEqual([status, body], [200, '1'])
  }
  t.is(proxy.routes()[0]!.failed, 0)
  t.is(counts(targets[0]!)!.failures, 1)
  t.is(log.filter((line) => line.includes('refuses connections')).length, 1)
  await startUpstream(t, (_request, response) => void response.end('back'), upstreams[0]!.port)
  await until(async () => (await ask(port)).body === 'back')
})

test('requests wait only while no replica of their release accepts, and one is enough', async (t) => {
  const {proxy, port, split} = await startTestProxy(t)
  const {upstreams, targets} = await startReplicas(t, 2, () => (_request, response) => void response.end('old'))
  await split({portions: [{targets, weight: 1}]})
  for (const upstream of upstreams) await upstream.close()
  const waiting = Array.from({length: 5}, async () => ask(port))
  await until(() => proxy.routes()[0]!.held === 5)
  await startUpstream(t, (_request, response) => void response.end('back'), upstreams[1]!.port)
  for (const {body} of await Promise.all(waiting)) t.is(body, 'back')
})
