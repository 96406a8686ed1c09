import {setImmediate as turn} from 'node:timers/promises'

import test from 'ava'

import {ImmError} from '../../src/errors.ts'
import {fakeClock, hurriedClock} from '../support/lifecycle-clock.ts'
import type {SettingChanges} from '../support/lifecycle-settings.ts'
import {good, testEnvironment, type TestEnvironment} from '../support/lifecycle.ts'

const recreate: SettingChanges = {strategy: {kind: 'recreate'}}

/** Notes how many containers there were, of whatever release and paused ones too, each time one started. */
const neverTwo = (environment: TestEnvironment): (() => number) => {
  let most = 0
  const start = environment.engine.start.bind(environment.engine)
  environment.engine.start = async (spec, signal) => {
    const instance = await start(spec, signal)
    const there = (await environment.containers()).filter(({state}) => state === 'running' || state === 'paused')
    most = Math.max(most, there.length)
    return instance
  }
  return () => most
}

test('the old one ends before the new one begins, and requests wait meanwhile', async (t) => {
  await using environment = testEnvironment(good('one'), recreate)
  const most = neverTwo(environment)
  await using dev = environment.start()
  const first = await dev.next('live')
  await dev.quiet()
  environment.save(good('two', {bootMs: 50}))
  const retired = await dev.next('retired')
  t.like(retired, {release: first.release, warm: false})
  await dev.next('stage', ({stage, release}) => stage === 'verify' && release.startsWith('r2-'))
  t.is(environment.traffic.route?.live, undefined, 'requests are held')
  const live = await dev.next('live')
  await dev.quiet()
  t.is(live.previous, first.release)
  t.is(most(), 1)
  t.deepEqual(await environment.standing(), ['two running'])
  t.deepEqual(environment.traffic.route?.previous, [])
  t.is(dev.all('retired').length, 1)
  t.deepEqual(dev.all('died'), [])
  t.deepEqual(dev.all('warning'), [])
})

test('requests under way end before the old one does', async (t) => {
  await using environment = testEnvironment(good('one'), recreate)
  await using dev = environment.start()
  await dev.next('live')
  await dev.quiet()
  const request = environment.traffic.begin()
  environment.save(good('two'))
  await dev.next('stage', ({stage}) => stage === 'shift')
  t.deepEqual(await environment.standing(), ['one running'])
  request.end()
  await dev.next('live')
  t.false(request.wasCut)
})

for (const [what, program, code] of [
  ['ends at its start', {exitCode: 3}, 'CRASHED'],
  ['is never healthy', {status: 500}, 'UNHEALTHY'],
] as const) {
  test(`one that ${what} leaves the traffic to a fresh container of the last good release`, async (t) => {
    await using environment = testEnvironment(good('one'), {...recreate, health: {kind: 'http', timeoutMs: 1000}})
    const most = neverTwo(environment)
    await using dev = environment.start()
    const {release} = await dev.next('live')
    await dev.quiet()
    environment.save(good('two', program))
    t.like(await dev.next('rejected'), {code})
    t.like(await dev.next('live'), {release, cause: 'replace'})
    await dev.quiet()
    t.like(await environment.answer(), {content: 'one', release})
    t.deepEqual(await environment.standing(), ['one running'])
    t.deepEqual(await environment.images(), ['r1 one'])
    t.is(most(), 1)
    t.deepEqual(dev.all('died'), [])
    t.deepEqual(dev.all('warning'), [])

    environment.save(good('three'))
    await dev.next('live')
    await dev.quiet()
    t.deepEqual(await environment.standing(), ['three running'])
  })
}

test('one that can not be started leaves the traffic to the last good release', async (t) => {
  await using environment = testEnvironment(good('one'), recreate)
  await using dev = environment.start()
  const {release} = await dev.next('live')
  await dev.quiet()
  environment.engine.faults.failNext('start', new ImmError('CRASHED', 'no such command'))
  environment.save(good('two'))
  t.like(await dev.next('rejected'), {stage: 'launch'})
  t.like(await dev.next('live'), {release, cause: 'replace'})
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['one running'])
})

test('a last good release that can not be started at once is tried again', async (t) => {
  await using environment = testEnvironment(good('one'), {...recreate, guard: undefined})
  const clock = fakeClock()
  await using dev = environment.start({clock})
  const {release} = await dev.next('live')
  await dev.quiet()
  const start = environment.engine.start.bind(environment.engine)
  let failures = 3
  environment.engine.start = async (spec, signal) => {
    if (failures-- > 0) throw new ImmError('CRASHED', 'not now')
    return start(spec, signal)
  }
  environment.save(good('two'))
  await dev.next('rejected')
  await clock.pass(250)
  await clock.pass(500)
  t.like(await dev.next('live'), {release, cause: 'replace'})
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['one running'])
})

test('a newer save in the middle takes over, and never do two run', async (t) => {
  await using environment = testEnvironment(good('one'), recreate)
  const most = neverTwo(environment)
  await using dev = environment.start()
  await dev.next('live')
  await dev.quiet()
  environment.save(good('two', {bootMs: 60_000}))
  await dev.next('stage', ({stage, release}) => stage === 'verify' && release.startsWith('r2-'))
  environment.save(good('three'))
  await dev.next('superseded')
  await dev.next('live', ({release}) => release.startsWith('r3-'))
  await dev.quiet()
  t.like(await environment.answer(), {content: 'three'})
  t.deepEqual(await environment.standing(), ['three running'])
  t.is(most(), 1)
  t.deepEqual(dev.all('warning'), [])
})

test('a newer save while its requests are finishing cuts none of them, and a change that is undone leaves it as it was', async (t) => {
  await using environment = testEnvironment(good('one'), recreate)
  await using dev = environment.start()
  const {release} = await dev.next('live')
  await dev.quiet()
  const request = environment.traffic.begin()
  environment.save(good('two'))
  await dev.next('stage', ({stage}) => stage === 'shift')
  environment.save(good('one'))
  await dev.next('superseded')
  await dev.next('unchanged')
  await dev.quiet()
  t.like(await environment.answer(), {content: 'one', release})
  t.false(request.wasCut)
  t.is(environment.engine.started, 1, 'nothing was started in its place')
  request.end()
})

test('an engine that goes away while the old one ends leaves it live when it is back', async (t) => {
  await using environment = testEnvironment(good('one'), recreate)
  const clock = hurriedClock()
  await using dev = environment.start({clock})
  const {release} = await dev.next('live')
  await dev.quiet()
  environment.engine.faults.failNext('remove', new ImmError('ENGINE_LOST', 'the engine went away'))
  environment.save(good('two'))
  t.like(await dev.next('rejected'), {code: 'ENGINE_LOST'})
  await dev.quiet()
  t.like(await environment.answer(), {content: 'one', release})
  t.deepEqual(await environment.standing(), ['one running'])
})

test('many saves in the middle end with the last one, and never do two run', async (t) => {
  await using environment = testEnvironment(good('one'), recreate)
  const most = neverTwo(environment)
  await using dev = environment.start()
  await dev.next('live')
  for (let save = 1; save <= 10; save++) {
    environment.save(good(`save ${save}`, {bootMs: 5, ...(save % 3 === 0 ? {exitCode: 1} : {})}))
    if (save % 2 === 0) await dev.next('stage', ({stage}) => stage === 'launch')
  }
  await dev.next('live', ({release}) => environment.source.contentOfRelease(release) === 'save 10')
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['save 10 running'])
  t.is(most(), 1)
})

test('what was kept warm before is ended first as well', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  await dev.next('live')
  environment.save(good('two'))
  await dev.next('live')
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['two running', 'one paused'])
  const most = neverTwo(environment)
  environment.settings = recreate
  environment.save(good('three'), {settings: true})
  await dev.next('live')
  await dev.quiet()
  t.is(most(), 1)
  t.deepEqual(await environment.standing(), ['three running'])
})

test('a rollback ends it first as well, and a rollback that fails leaves it live again', async (t) => {
  await using environment = testEnvironment(good('one'), recreate)
  const most = neverTwo(environment)
  await using dev = environment.start()
  const first = await dev.next('live')
  environment.save(good('two'))
  const second = await dev.next('live')
  await dev.quiet()
  t.is(await dev.rollback(), first.release)
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['one running'])

  environment.engine.faults.failNext('start', new ImmError('CRASHED', 'not now'))
  await t.throwsAsync(dev.rollback(second.release), {code: 'CRASHED'})
  await dev.quiet()
  t.like(await environment.answer(), {content: 'one'})
  t.deepEqual(await environment.standing(), ['one running'])
  t.is(most(), 1)
})

test('quitting in the middle takes everything away and brings nothing back', async (t) => {
  await using environment = testEnvironment(good('one'), recreate)
  await using dev = environment.start()
  await dev.next('live')
  await dev.quiet()
  environment.save(good('two', {bootMs: 60_000}))
  await dev.next('stage', ({stage, release}) => stage === 'verify' && release.startsWith('r2-'))
  await dev.quit()
  t.deepEqual(await environment.standing(), [])
  t.is(environment.traffic.route, undefined)
})

test('an imm that is killed in the middle leaves nothing running twice', async (t) => {
  await using environment = testEnvironment(good('one'), recreate)
  const most = neverTwo(environment)
  const killed = environment.start()
  await killed.next('live')
  await killed.quiet()
  environment.save(good('two', {bootMs: 100}))
  await killed.next('stage', ({stage, release}) => stage === 'verify' && release.startsWith('r2-'))
  await killed.kill()
  await using dev = environment.start()
  await dev.next('live')
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['two running'])
  t.is(most(), 1)
})

const noOverlap: SettingChanges = {overlap: false, port: 0, health: {upMs: 1}}

test('a worker that must not overlap ends before the next one starts, and no release is paused', async (t) => {
  await using environment = testEnvironment({content: 'one'}, {...noOverlap, keep: {warm: 3}})
  const most = neverTwo(environment)
  await using dev = environment.start()
  const first = await dev.next('live')
  environment.save({content: 'two'})
  const live = await dev.next('live')
  t.is(live.previous, first.release)
  t.is(await dev.rollback(first.release), first.release)
  await dev.quiet()
  t.is(most(), 1)
  t.deepEqual(dev.calls('engine', 'pause'), [])
  t.deepEqual(await environment.standing(), ['one running'])
})

test('where the next one fails, the worker before it is started again', async (t) => {
  await using environment = testEnvironment({content: 'one'}, noOverlap)
  const most = neverTwo(environment)
  await using dev = environment.start()
  const {release} = await dev.next('live')
  environment.save({content: 'two', exitCode: 1})
  t.like(await dev.next('rejected'), {code: 'CRASHED'})
  t.like(await dev.next('live'), {release, cause: 'replace'})
  await dev.quiet()
  t.is(most(), 1)
  t.deepEqual(await environment.standing(), ['one running'])
})

test('also one that may overlap waits for the end of one that must not', async (t) => {
  await using environment = testEnvironment(good('one'), {overlap: false})
  const most = neverTwo(environment)
  await using dev = environment.start()
  await dev.next('live')
  environment.settings = {overlap: true}
  environment.save(good('two'), {settings: true})
  await dev.next('live')
  t.is(most(), 1)
})

test('one that is given up is gone before the next one starts', async (t) => {
  const health = {kind: 'log', log: 'ready'} as const
  await using environment = testEnvironment({content: 'one', logs: ['ready']}, {...noOverlap, health})
  const most = neverTwo(environment)
  await using dev = environment.start()
  await dev.next('live')
  environment.save({content: 'two'})
  await dev.next('stage', ({stage, release}) => stage === 'verify' && release.startsWith('r2-'))
  const release = environment.engine.faults.holdNext('remove')
  environment.save({content: 'three', logs: ['ready']})
  await dev.next('build', (event) => event.release.startsWith('r3-'))
  for (let turns = 0; turns < 200; turns += 1) await turn()
  t.is(environment.engine.started, 2)
  release()
  await dev.next('live', (event) => event.release.startsWith('r3-'))
  t.is(most(), 1)
})
