import test from 'ava'

import {good, testEnvironment, type TestDev, type TestEnvironment} from '../support/lifecycle.ts'

const goLive = async (environment: TestEnvironment, dev: TestDev, ...contents: string[]): Promise<void> => {
  for (const content of contents) {
    environment.save(good(content))
    await dev.next('live', ({previous}) => previous !== undefined)
    await dev.quiet()
  }
}

test('the previous release is kept paused, the one before it is removed', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  const {release} = await dev.next('live')
  await goLive(environment, dev, 'two')
  t.like(await dev.next('retired'), {release, warm: true, cut: 0})
  await goLive(environment, dev, 'three', 'four')
  t.deepEqual(await environment.standing(), ['four running', 'three paused'])
  t.deepEqual(
    environment.traffic.route?.previous.map(({generation}) => generation),
    [3],
  )
})

test('`keep.warm: 0` keeps none, and their images are kept', async (t) => {
  await using environment = testEnvironment(good('one'), {keep: {warm: 0}})
  await using dev = environment.start()
  await dev.next('live')
  await goLive(environment, dev, 'two', 'three')
  t.deepEqual(await environment.standing(), ['three running'])
  t.deepEqual(
    dev.all('retired').map(({warm}) => warm),
    [false, false],
  )
  t.deepEqual(environment.traffic.route?.previous, [])
  t.deepEqual(await environment.images(), ['r1 one', 'r2 two', 'r3 three'])
})

test('`keep.warm: 2` keeps two', async (t) => {
  await using environment = testEnvironment(good('one'), {keep: {warm: 2}})
  await using dev = environment.start()
  await dev.next('live')
  await goLive(environment, dev, 'two', 'three', 'four')
  t.deepEqual(await environment.standing(), ['four running', 'three paused', 'two paused'])
})

test('a request that began before the flip comes to its end on its release, which waits for it', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  const {release} = await dev.next('live')
  const request = environment.traffic.begin()
  environment.save(good('two'))
  await dev.next('live')
  t.deepEqual(await environment.standing(), ['two running', 'one running'])
  t.deepEqual(dev.all('retired'), [])
  request.end()
  t.like(await dev.next('retired'), {release, cut: 0, warm: true})
  await dev.quiet()
  t.false(request.wasCut)
  t.deepEqual(await environment.standing(), ['two running', 'one paused'])
})

test('what has not ended when the drain is over is cut and counted', async (t) => {
  await using environment = testEnvironment(good('one'), {drainMs: 30})
  await using dev = environment.start()
  const {release} = await dev.next('live')
  const requests = [environment.traffic.begin(), environment.traffic.begin()]
  environment.save(good('two'))
  t.like(await dev.next('retired'), {release, cut: 2, warm: true})
  t.true(requests.every(({wasCut}) => wasCut))
})

test('a release that still drains when two newer ones came is removed when it is done', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  const {release} = await dev.next('live')
  const request = environment.traffic.begin()
  environment.save(good('two'))
  await dev.next('live')
  environment.save(good('three'))
  await dev.next('live')
  t.true((await environment.standing()).includes('one running'))
  request.end()
  t.like(await dev.next('retired', (event) => event.release === release), {warm: false})
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['three running', 'two paused'])
})

test('images beyond `keep.images` lose their names', async (t) => {
  await using environment = testEnvironment(good('one'), {keep: {images: 2}})
  await using dev = environment.start()
  await dev.next('live')
  await goLive(environment, dev, 'two', 'three', 'four')
  t.deepEqual(await environment.images(), ['r3 three', 'r4 four'])
})

test('images of what is live or warm are kept whatever their number', async (t) => {
  await using environment = testEnvironment(good('one'), {keep: {images: 1, warm: 2}})
  await using dev = environment.start()
  await dev.next('live')
  await goLive(environment, dev, 'two', 'three')
  t.deepEqual(await environment.images(), ['r1 one', 'r2 two', 'r3 three'])
  await goLive(environment, dev, 'four', 'five')
  const images = await environment.images()
  for (const kept of ['r3 three', 'r4 four', 'r5 five']) t.true(images.includes(kept))
  // The image of a container that is being removed stays until the next release is live.
  t.false(images.includes('r1 one'))
})
