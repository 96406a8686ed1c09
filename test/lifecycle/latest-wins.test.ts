import test from 'ava'

import {isStopped} from '../../src/lifecycle/stopped.ts'
import {good, testEnvironment} from '../support/lifecycle.ts'
import type {Program} from '../support/memory-engine/program.ts'

const slow: Record<'build' | 'launch' | 'verify', Program> = {
  build: {buildMs: 60_000},
  launch: {},
  verify: {bootMs: 60_000},
}

for (const stage of ['build', 'launch', 'verify'] as const) {
  test(`a change during ${stage} cancels it: the newer one goes live, and nothing of the older is left`, async (t) => {
    await using environment = testEnvironment(good('one'))
    await using dev = environment.start()
    const first = await dev.next('live')
    await dev.quiet()
    if (stage === 'launch') environment.engine.faults.slow(30)
    environment.save(good('two', slow[stage]))
    const isThere = (event: {stage: string; release: string}) =>
      event.stage === stage && event.release !== first.release
    const {release} = await dev.next('stage', isThere)
    t.is((await dev.loop()).underWay, release)
    environment.save(good('three'))

    const superseded = await dev.next('superseded')
    t.is(superseded.release, release)
    t.is(superseded.stage, stage)
    t.is(superseded.by, 3)
    const live = await dev.next('live')
    environment.engine.faults.slow(0)
    await dev.quiet()
    t.is(live.previous, first.release)
    t.deepEqual(await environment.standing(), ['three running', 'one paused'])
    t.deepEqual(await environment.images(), ['r1 one', 'r3 three'])
    t.deepEqual(
      environment.traffic.flips.map(({generation}) => generation),
      [1, 3],
    )
    t.is((await dev.loop()).underWay, undefined)
    if (stage === 'build') t.true(isStopped(dev.calls('engine', 'build')[1]?.outcome), 'the builder was told')
  })
}

test('twenty saves at once: the last one goes live, and few are built', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  await dev.next('live')
  for (let save = 1; save <= 20; save++) environment.save(good(`save ${save}`, {buildMs: 5}))
  const live = await dev.next('live')
  await dev.quiet()
  t.like(await environment.answer(), {content: 'save 20', release: live.release})
  t.deepEqual(await environment.standing(), ['save 20 running', 'one paused'])
  t.is(environment.engine.started, 2)
  t.is(dev.all('live').length, 2)
})

test('the same content as what is under way does not start it again', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  await dev.next('live')
  environment.save(good('two', {bootMs: 50}))
  await dev.next('stage', ({stage}) => stage === 'verify')
  await dev.next('stage', ({stage}) => stage === 'verify')
  environment.save(good('two', {bootMs: 50}))
  await dev.next('live')
  await dev.quiet()
  t.deepEqual(dev.all('superseded'), [])
  t.is(dev.calls('engine', 'build').length, 2)
  t.is(environment.engine.started, 2)
})

test('a file that is touched and not changed builds nothing, and that is said', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  const {release} = await dev.next('live')
  environment.source.touch()
  t.deepEqual(await dev.next('unchanged'), {type: 'unchanged', release, state: 'live'})
  await dev.quiet()
  t.is(dev.calls('engine', 'build').length, 1)
  t.is(environment.engine.started, 1)
})

test('going back to what is live cancels what is under way and builds nothing', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  const {release} = await dev.next('live')
  environment.save(good('two', {buildMs: 60_000}))
  await dev.next('stage', (event) => event.stage === 'build' && event.release !== release)
  environment.save(good('one'))
  t.is((await dev.next('superseded')).by, 1)
  t.deepEqual(await dev.next('unchanged'), {type: 'unchanged', release, state: 'live'})
  await dev.quiet()
  t.is(dev.calls('engine', 'build').length, 2)
  t.is(environment.engine.started, 1)
  t.deepEqual(await environment.standing(), ['one running'])
  t.deepEqual(await environment.images(), ['r1 one'])

  environment.save(good('two'))
  await dev.next('live')
  t.like(await environment.answer(), {content: 'two'})
})

test('an undone edit takes the image that is known', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  const first = await dev.next('live')
  environment.save(good('two'))
  await dev.next('live')
  environment.save(good('one'))
  const back = await dev.next('live')
  await dev.quiet()
  t.is(back.image, first.image)
  t.deepEqual(
    dev.all('build').map(({how}) => how),
    ['full', 'full', 'cached'],
  )
  t.is(dev.calls('engine', 'build').length, 2)
  t.deepEqual(await environment.images(), ['r1 one', 'r2 two', 'r3 one'])
  t.deepEqual(await environment.standing(), ['one running', 'two paused'])
})

test('asked to release again, imm builds from scratch what is live already', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  await dev.next('live')
  ;(await dev.loop()).trigger({again: true})
  t.is((await dev.next('live')).release.slice(0, 3), 'r2-')
  await dev.quiet()
  t.deepEqual(freshness(dev), [false, true])
  t.deepEqual(await environment.standing(), ['one running', 'one paused'])
})

test('a file that changes while it is packed is planned again, with what the builder knows', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  await dev.next('live')
  environment.source.moves = 2
  environment.save(good('two'))
  await dev.next('live')
  await dev.quiet()
  t.like(await environment.answer(), {content: 'two'})
  t.deepEqual(dev.all('rejected'), [])
  t.is(dev.all('superseded').length, 2)
  t.deepEqual(freshness(dev), [false, false, false, false], 'nothing asked for a build without the cache')
  t.deepEqual(await environment.images(), ['r1 one', 'r4 two'])
})

test('a file that changes while it is read is read again', async (t) => {
  await using environment = testEnvironment(good('one'))
  environment.source.movesInSnapshot = 3
  await using dev = environment.start()
  await dev.next('live')
  t.deepEqual(dev.all('rejected'), [])
  t.deepEqual(dev.all('superseded'), [])
  t.is(dev.calls('engine', 'build').length, 1)
})

test('a newer content than what is packed is not built under the older name', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  await dev.next('live')
  environment.save(good('two'))
  await dev.next('change')
  // Nobody has told of this one yet; the archive would hold it under the digest of the other.
  environment.source.write(good('three'))
  await dev.next('live')
  await dev.quiet()
  const content = (await environment.answer())?.content ?? ''
  t.true(['two', 'three'].includes(content))
  t.deepEqual(await environment.standing(), [`${content} running`, 'one paused'], 'it is what its labels say')
})

const freshness = (dev: {calls(part: 'engine', method: string): {args: readonly unknown[]}[]}): boolean[] =>
  dev.calls('engine', 'build').map(({args: [request]}) => (request as {fresh: boolean}).fresh)
