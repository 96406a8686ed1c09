import {copyFile, readFile, stat, writeFile} from 'node:fs/promises'

import test from 'ava'

import {createProxy} from '../../src/proxy/proxy.ts'
import {readState, statePath, stateSaver} from '../../src/proxy/state-file.ts'
import {shop, startTestProxy, temporaryDirectory} from './kit/proxy.ts'
import {targetAt} from './kit/upstream.ts'

test('routes, targets, the fence and the port come back as they were', async (t) => {
  const {proxy, port, home, flip} = await startTestProxy(t)
  await flip(targetAt(1, 1))
  await flip(targetAt(2, 2))
  await proxy.suspend(shop, 2)
  const before = proxy.state(shop)
  await proxy[Symbol.asyncDispose]()
  const next = await createProxy({home, port: 0, log: () => undefined})
  t.teardown(async () => next[Symbol.asyncDispose]())
  t.is(next.port, port)
  t.deepEqual(next.state(shop), before)
  await t.throwsAsync(next.flip(shop, {target: targetAt(3, 1), attempt: 'late'}), {code: 'GENERATION_STALE'})
})

test('a flip whose answer was lost with the proxy is known to the next one', async (t) => {
  const {proxy, home} = await startTestProxy(t)
  const flip = {target: targetAt(1, 1), attempt: 'the one'}
  await proxy.flip(shop, flip)
  await proxy[Symbol.asyncDispose]()
  const next = await createProxy({home, port: 0, log: () => undefined})
  t.teardown(async () => next[Symbol.asyncDispose]())
  t.deepEqual(await next.flip(shop, flip), {previous: undefined, flipMs: 0})
})

test('the first format, of one live target, stays readable', async (t) => {
  const home = await temporaryDirectory(t)
  await copyFile(new URL('state-files/format-1.json', import.meta.url), statePath(home))
  const log: string[] = []
  const {port, routes} = await readState(home, (line) => log.push(line))
  t.deepEqual(log, [])
  t.is(port, 7070)
  const [main, preview] = routes
  t.deepEqual(
    main?.portions.map(({release, weight, targets}) => [release, weight, targets.map(({instance}) => instance)]),
    [['r4-3fa9c1e', 1, ['9f2d']]],
  )
  t.deepEqual(main?.previous, [
    {release: 'r3-77be012', generation: 3, address: {host: '172.17.0.3', port: 3000}, instance: '51c0'},
  ])
  t.deepEqual(preview, {
    request: {
      project: 'shop',
      environment: 'preview',
      app: 'web',
      hosts: ['preview.shop.localhost'],
      routes: [],
      port: 3000,
    },
    generation: 0,
    attempt: undefined,
    displaced: [],
    portions: [],
    mirror: undefined,
    previous: [],
  })
})

test('shares and mirror come back as they were, also of a release whose targets all died', async (t) => {
  const {proxy, home} = await startTestProxy(t)
  const portions = [
    {targets: [targetAt(1, 1), {...targetAt(2, 1), instance: 'replica'}], weight: 0.75},
    {targets: [targetAt(3, 2)], weight: 0.25},
  ] as const
  const mirror = {targets: [targetAt(4, 3)], share: 0.5}
  await proxy.split(shop, {split: {portions, mirror}, attempt: 'one', fence: 'same'})
  await proxy.suspend(shop, 2)
  const before = proxy.state(shop)
  t.deepEqual(before?.portions[1], {targets: [], weight: 0.25})
  await proxy[Symbol.asyncDispose]()
  const next = await createProxy({home, port: 0, log: () => undefined})
  t.teardown(async () => next[Symbol.asyncDispose]())
  // Another program may have taken the port meanwhile.
  t.deepEqual({...next.state(shop), url: ''}, {...before, url: ''} as typeof before)
})

for (const [what, text] of [
  ['that is cut off', '{"version": 1, "por'],
  ['of a later imm', '{"version": 3, "port": 1, "routes": []}'],
  ['with a route that makes no sense', '{"version": 1, "port": 1, "routes": [{"request": {"hosts": 3}}]}'],
] as const) {
  test(`a file ${what} is set aside, said in the log, and the proxy starts`, async (t) => {
    const home = await temporaryDirectory(t)
    await writeFile(statePath(home), text)
    const log: string[] = []
    t.deepEqual(await readState(home, (line) => log.push(line)), {port: 0, routes: [], lost: true})
    const aside = /as (\S+):/.exec(log[0] ?? '')?.[1]
    t.is(await readFile(`${home}/${aside}`, 'utf8'), text)
    await t.throwsAsync(stat(statePath(home)), {code: 'ENOENT'})
  })
}

test('a save resolves when its change is written; changes during a write share the next one', async (t) => {
  let value = 0
  const written: number[] = []
  const gate = Promise.withResolvers<void>()
  const save = stateSaver(async () => {
    const now = value
    await gate.promise
    written.push(now)
  })
  value = 1
  const first = save()
  value = 2
  const second = save()
  value = 3
  const third = save()
  gate.resolve()
  await first
  t.deepEqual(written, [1])
  await Promise.all([second, third])
  t.deepEqual(written, [1, 3])
})
