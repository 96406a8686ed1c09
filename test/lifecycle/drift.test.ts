import test from 'ava'

import {wordsOf} from '../../src/drift/words.ts'
import {driftOf} from '../../src/lifecycle/drift.ts'
import type {Probe} from '../../src/lifecycle/ports.ts'
import {driftCheckMs} from '../../src/lifecycle/watch-drift.ts'
import {probe} from '../../src/proxy/probe.ts'
import {fakeClock} from '../support/lifecycle-clock.ts'
import {good, id, noSignal, testEnvironment, type TestEnvironment} from '../support/lifecycle.ts'

const liveOf = ({traffic}: TestEnvironment): string => traffic.route?.live?.instance ?? ''

const found = async ({engine}: TestEnvironment, container: string): Promise<string[] | undefined> =>
  (await driftOf(container, {id, engine}, noSignal))?.map((one) => Object.values(wordsOf(one)).join(' '))

test('a fresh container has no drift, with whatever settings it was started', async (t) => {
  await using environment = testEnvironment(good('one'), {
    env: {LOG: 'debug', TOKEN: 'secret'},
    command: ['serve', '--all'],
    user: 'node',
    volumes: [{name: 'data', path: '/data', readOnly: true}],
    tmpfs: ['/tmp'],
    resources: {memoryBytes: 256 * 2 ** 20, cpus: 0.5},
    immutable: 'strict',
    container: {
      attachment: {
        networks: [{name: 'imm_shop_main.default', aliases: []}],
        extraHosts: [{name: 'db', address: '10.0.0.1'}],
        dns: [],
        dnsSearch: [],
        dnsOptions: [],
      },
      binds: [{source: '/srv/shop', path: '/srv', readOnly: true}],
      options: {entrypoint: ['enter', '--password=secret'], restart: 'always', cpuQuota: 50_000},
    },
  })
  await environment.engine.network({name: 'imm_shop_main.default', labels: {}}, noSignal)
  await using dev = environment.start()
  await dev.next('live')
  const live = liveOf(environment)
  environment.engine.write(live, '/data/file', {content: 'x'})
  environment.engine.write(live, '/tmp/file', {content: 'x'})
  t.deepEqual(await found(environment, live), [])
  const [container] = await environment.containers()
  t.notRegex(JSON.stringify(container?.labels), /secret|debug|--all|enter/, 'no value and no command is in a label')
})

test('what became of a container since its start is found', async (t) => {
  await using environment = testEnvironment(good('one'), {resources: {memoryBytes: 256 * 2 ** 20, cpus: undefined}})
  await using dev = environment.start()
  const {release} = await dev.next('live')
  const live = liveOf(environment)
  const {engine} = environment
  engine.write(live, '/new', {content: 'x'})
  engine.write(live, '/app.json', {content: '{}', mode: 0o600})
  engine.alter(live, {memoryBytes: 300 * 2 ** 20, network: 'other'})
  t.deepEqual(await found(environment, live), [
    'memory 256 MiB, now 300 MiB',
    'networks default, now default, other',
    'changed /app.json (content; mode 644, now 600)',
    'added /new',
  ])
  environment.save(good('two'))
  await dev.next('live', (event) => event.release !== release)
  await dev.quiet()
  const [image] = await engine.images({}, noSignal)
  await engine.tag(image?.id ?? '', `imm/shop/web:main-${release}`, noSignal)
  const again = await found(environment, live)
  t.regex(again?.[0] ?? '', /^image imm\/shop\/web:main-r1-\w+ names \w+, now it names \w+$/)
  t.is(again?.length, 5, 'a warm one is compared as well')
})

test('a container that is gone has no drift, and none that anybody could look for', async (t) => {
  await using environment = testEnvironment(good('one'))
  t.is(await found(environment, 'f'.repeat(64)), undefined)
})

test('with immutable: replace a drifted container gives way to a fresh one of its release, without a gap', async (t) => {
  await using environment = testEnvironment(good('one'), {immutable: 'replace'})
  const clock = fakeClock()
  await using dev = environment.start({clock})
  const {release} = await dev.next('live')
  environment.save(good('two'))
  const second = await dev.next('live', (event) => event.release !== release)
  await dev.next('retired')
  const drifted = liveOf(environment)
  await clock.pass(driftCheckMs)
  await clock.asleep(driftCheckMs)
  t.deepEqual(dev.all('drifted'), [], 'what did not drift stays')

  environment.engine.write(drifted, '/tmp/x', {content: 'x'})
  await clock.pass(driftCheckMs)
  t.like(await dev.next('drifted'), {
    release: second.release,
    count: 1,
    differences: ['added /tmp/x'],
    next: 'If the application needs to write there, declare it in imm.yaml: tmpfs: [/tmp] or volumes: [tmp:/tmp].',
  })
  t.like(await dev.next('live', ({cause}) => cause === 'replace'), {release: second.release, previous: second.release})
  await clock.asleep(driftCheckMs)
  t.like(await environment.answer(), {content: 'two', release: second.release})
  const fresh = liveOf(environment)
  t.not(fresh, drifted)
  t.deepEqual(await environment.standing(), ['two running', 'one paused'], 'the one before stays the way back')
  t.deepEqual(
    environment.traffic.route?.previous.map((target) => target.release),
    [release],
  )
  t.deepEqual(await found(environment, fresh), [])
  t.deepEqual(dev.all('died'), [])

  environment.engine.write(fresh, '/tmp/x', {content: 'x'})
  await clock.pass(driftCheckMs)
  await dev.next('live', ({cause}) => cause === 'replace')
  await clock.asleep(2 * driftCheckMs)
  t.pass('one that drifts again is looked at less often')
})

test('a container that drifted stays where only a report is asked for, until the settings say otherwise', async (t) => {
  await using environment = testEnvironment(good('one'))
  const clock = fakeClock()
  await using dev = environment.start({clock})
  await dev.next('live')
  environment.engine.write(liveOf(environment), '/x', {content: 'x'})
  await dev.quiet()
  t.is(dev.calls('engine', 'changes').length, 0, 'nobody looks')
  environment.settings = {immutable: 'replace'}
  environment.source.touch({settings: true})
  t.like(await dev.next('unchanged'), {state: 'live'})
  await clock.pass(driftCheckMs)
  t.like(await dev.next('drifted'), {count: 1})
  t.like(await dev.next('live'), {cause: 'replace'})
})

test('a save overtakes the replacement of a drifted container', async (t) => {
  await using environment = testEnvironment(good('one'), {immutable: 'replace'})
  const clock = fakeClock()
  let gate: PromiseWithResolvers<void> | undefined
  const gated: Probe = async (address, path, timeoutMs, signal) => {
    if (gate) {
      const {promise: stopped, reject} = Promise.withResolvers<never>()
      signal.addEventListener('abort', () => reject(signal.reason as Error), {once: true})
      await Promise.race([gate.promise, stopped])
    }
    return probe(address, path, timeoutMs, signal)
  }
  await using dev = environment.start({clock, probe: gated})
  await dev.next('live')
  gate = Promise.withResolvers()
  environment.engine.write(liveOf(environment), '/x', {content: 'x'})
  await clock.pass(driftCheckMs)
  const {release} = await dev.next('drifted')
  environment.save(good('two'))
  t.like(await dev.next('superseded'), {release})
  gate.resolve()
  t.like(await dev.next('live'), {cause: 'change', previous: release})
  t.like(await environment.answer(), {content: 'two'})
  t.deepEqual(
    environment.traffic.flips.map(({generation}) => generation),
    [1, 3],
  )
})
