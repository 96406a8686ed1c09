import test from 'ava'

import type {MirrorSettings} from '../../src/strategy/settings.ts'
import {fakeClock, type FakeClock} from '../support/lifecycle-clock.ts'
import {good, testEnvironment, type TestDev, type TestEnvironment} from '../support/lifecycle.ts'

const mirror: MirrorSettings = {share: 0.5, timeMs: 500, requests: 100, reject: false}

const mirrored = async (environment: TestEnvironment, dev: TestDev, clock: FakeClock) => {
  const first = await dev.next('live')
  await dev.quiet()
  environment.save(good('two'))
  await clock.asleep(250)
  const copies = environment.traffic.route?.mirror
  return {first: first.release, copies, release: copies?.targets[0]?.release ?? first.release}
}

test('a candidate answers copies before its first client, and what they showed is told', async (t) => {
  await using environment = testEnvironment(good('one'), {mirror})
  const clock = fakeClock()
  await using dev = environment.start({clock})
  const {first, copies, release} = await mirrored(environment, dev, clock)
  t.is(copies?.share, 0.5)
  t.is(environment.traffic.route?.live?.release, first)
  t.is(environment.traffic.route?.portions.length, 1, 'no client sees it')
  environment.traffic.compare({release}, {requests: 10, differing: 2})
  await clock.pass(250)
  await clock.pass(250)
  t.deepEqual(await dev.next('mirrored'), {type: 'mirrored', release, requests: 10, differing: 2, examples: []})
  t.like(await dev.next('live'), {release, previous: first})
  await dev.quiet()
  t.is(environment.traffic.route?.mirror, undefined)
  t.deepEqual(await environment.standing(), ['two running', 'one paused'])
})

test('enough answers end it early', async (t) => {
  await using environment = testEnvironment(good('one'), {mirror})
  const clock = fakeClock()
  await using dev = environment.start({clock})
  const {release} = await mirrored(environment, dev, clock)
  environment.traffic.compare({release}, {requests: 100, differing: 0})
  await clock.pass(250)
  t.like(await dev.next('mirrored'), {requests: 100, differing: 0})
  await dev.next('live')
})

test('an answer that differs rejects it where that is wanted', async (t) => {
  await using environment = testEnvironment(good('one'), {mirror: {...mirror, reject: true}})
  const clock = fakeClock()
  await using dev = environment.start({clock})
  const {first, release} = await mirrored(environment, dev, clock)
  environment.traffic.compare({release}, {requests: 3, differing: 1})
  await clock.pass(250)
  t.like(await dev.next('mirrored'), {release, differing: 1})
  t.like(await dev.next('rejected'), {release, stage: 'shift', code: 'MIRROR_DIFFERS'})
  await dev.quiet()
  t.is(environment.traffic.route?.live?.release, first)
  t.is(environment.traffic.route?.mirror, undefined)
  t.deepEqual(environment.traffic.route?.previous, [])
  t.deepEqual(await environment.standing(), ['one running'])
})

test('a newer save ends it', async (t) => {
  await using environment = testEnvironment(good('one'), {mirror})
  const clock = fakeClock()
  await using dev = environment.start({clock})
  const {release} = await mirrored(environment, dev, clock)
  environment.save(good('three'))
  t.like(await dev.next('superseded'), {release, stage: 'shift'})
  await clock.pass(250)
  await clock.pass(250)
  await dev.next('live')
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['three running', 'one paused'])
  t.deepEqual(
    dev.all('mirrored').map((event) => event.release.slice(0, 3)),
    ['r3-'],
  )
})

test('a first release has nothing to be compared with, and is live at once', async (t) => {
  await using environment = testEnvironment(good('one'), {mirror})
  const clock = fakeClock()
  await using dev = environment.start({clock})
  await dev.next('live')
  await dev.quiet()
  t.deepEqual(dev.all('mirrored'), [])
})
