import test from 'ava'

import {good, testEnvironment, type TestDev, type TestEnvironment} from '../support/lifecycle.ts'

const goLive = async (environment: TestEnvironment, dev: TestDev, ...contents: string[]): Promise<void> => {
  for (const content of contents) {
    environment.save(good(content))
    await dev.next('live', ({previous}) => previous !== undefined)
    await dev.quiet()
  }
}

/** An imm that released one and two, and was told to go back. */
const rolledBack = async (environment: TestEnvironment) => {
  const dev = environment.start()
  const {release} = await dev.next('live')
  await goLive(environment, dev, 'two')
  await dev.rollback()
  await dev.next('live', ({cause}) => cause === 'rollback')
  await dev.quiet()
  return {dev, release}
}

test('a new imm has the release serve that a rollback pinned, and does not release the working tree', async (t) => {
  await using environment = testEnvironment(good('one'))
  const {dev: first, release} = await rolledBack(environment)
  await first.quit()
  t.deepEqual(await environment.standing(), [])
  await using second = environment.start()
  t.is((await second.next('pinned')).release, release)
  t.is((await second.next('live')).release, release)
  await second.quiet()
  t.like(await environment.answer(), {content: 'one', release})
  t.is(second.calls('engine', 'build').length, 0)
  t.deepEqual(second.all('unchanged'), [])

  environment.source.touch()
  t.like(await second.next('unchanged'), {state: 'previous'})
  await second.quiet()
  t.like(await environment.answer(), {content: 'one'})

  environment.save(good('three'))
  await second.next('live', ({cause}) => cause === 'change')
  await second.quiet()
  t.like(await environment.answer(), {content: 'three'})
  t.is(environment.records.pinned, undefined)
})

test('a save that comes during a rollback is newer: nothing stays pinned, also not to what served before', async (t) => {
  await using environment = testEnvironment(good('one'))
  const {dev} = await rolledBack(environment)
  const unpause = environment.engine.faults.holdNext('unpause')
  const back = dev.rollback()
  environment.source.touch()
  await dev.next('unchanged')
  unpause()
  await back
  await dev.quiet()
  t.like(await environment.answer(), {content: 'two'})
  t.is(environment.records.pinned, undefined)
  await dev.quit()
})

test('a save of what a rollback gave the traffic to unpins: what was rolled back from is released when it is saved again', async (t) => {
  await using environment = testEnvironment(good('one'))
  const {dev: first} = await rolledBack(environment)
  environment.save(good('one'))
  t.like(await first.next('unchanged'), {state: 'live'})
  await first.quiet()
  t.is(environment.records.pinned, undefined)
  await first.quit()
  await using second = environment.start()
  await second.next('live')
  await second.quiet()
  t.like(await environment.answer(), {content: 'one'})
  environment.save(good('two'))
  await second.next('live', ({previous}) => previous !== undefined)
  t.like(await environment.answer(), {content: 'two'})
})

test('an imm that is killed leaves the environment pinned, and what serves is adopted', async (t) => {
  await using environment = testEnvironment(good('one'))
  const {dev: first, release} = await rolledBack(environment)
  await first.kill()
  await using second = environment.start()
  t.like(await second.next('live'), {release, cause: 'adopted'})
  await second.next('pinned')
  await second.quiet()
  t.like(await environment.answer(), {content: 'one'})
  t.is(environment.engine.started, 2)
})

test('a save that is rejected unpins all the same: it was released as usual', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = (await rolledBack(environment)).dev
  environment.save(good('bad', {exitCode: 1}))
  await dev.next('rejected')
  await dev.quiet()
  t.like(await environment.answer(), {content: 'one'})
  t.is(environment.records.pinned, undefined)
})

test('unpinning releases what is in the working tree, though it was rolled back from', async (t) => {
  await using environment = testEnvironment(good('one'))
  const {dev: first, release} = await rolledBack(environment)
  await using dev = first
  t.is(await (await dev.loop()).unpin(), release)
  await dev.next('live', (event) => event.cause === 'change' && event.release.startsWith('r3'))
  await dev.quiet()
  t.like(await environment.answer(), {content: 'two'})
  t.is(environment.records.pinned, undefined)
  t.is(await (await dev.loop()).unpin(), undefined)
})

test('the `r` key releases again what is pinned away', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = (await rolledBack(environment)).dev
  ;(await dev.loop()).trigger({again: true})
  await dev.next('live', ({release}) => release.startsWith('r3'))
  await dev.quiet()
  t.like(await environment.answer(), {content: 'two'})
  t.is(environment.records.pinned, undefined)
})

test('an engine that comes back has the pinned release serve, not the working tree', async (t) => {
  await using environment = testEnvironment(good('one'))
  const {dev: first, release} = await rolledBack(environment)
  await first.quit()
  environment.engine.faults.failNext('start', new Error('not now'))
  await using second = environment.start()
  await second.next('pinned')
  await second.next('live', (event) => event.release === release).catch(() => undefined)
  await second.quiet()
  t.false(second.all('live').some(({cause}) => cause === 'change'))
})

test('where nothing is left of the pinned release, it is said and the working tree is released', async (t) => {
  await using environment = testEnvironment(good('one'))
  const {dev: first, release} = await rolledBack(environment)
  await first.quit()
  for (const image of await environment.engine.images({}, new AbortController().signal))
    for (const name of image.references)
      if (name.endsWith(release)) await environment.engine.untag(name, new AbortController().signal)
  await using second = environment.start()
  t.regex(
    (await second.next('warning')).message,
    /neither a container nor an image any more: what is in the working tree/,
  )
  await second.next('live', ({cause}) => cause === 'change')
  await second.quiet()
  t.like(await environment.answer(), {content: 'two'})
  t.is(environment.records.pinned, undefined)
})

test('so many releases before the live one, and no further than there are', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  const {release} = await dev.next('live')
  await goLive(environment, dev, 'two', 'three', 'four')
  t.is(environment.source.contentOfRelease(await dev.rollback({back: 1})), 'three')
  t.is(environment.source.contentOfRelease(await dev.rollback({back: 2})), 'one')
  await dev.quiet()
  t.like(await environment.answer(), {content: 'one', release})
  await t.throwsAsync(dev.rollback({back: 1}), {code: 'RELEASE_NOT_FOUND', message: /no earlier release/})
  await goLive(environment, dev, 'five')
  await t.throwsAsync(dev.rollback({back: 9}), {code: 'RELEASE_NOT_FOUND', message: /only 4 earlier releases/})
})

test('of two rollbacks at once one comes after the other', async (t) => {
  await using environment = testEnvironment(good('one'), {keep: {warm: 0}})
  await using dev = environment.start()
  const {release} = await dev.next('live')
  await goLive(environment, dev, 'two')
  t.deepEqual(await Promise.all([dev.rollback(release), dev.rollback(release)]), [release, release])
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['one running'])
})
