import test from 'ava'

import {ImmError} from '../../src/errors.ts'
import {anchorReference, imageReference} from '../../src/release/identity.ts'
import {good, id, noSignal, testEnvironment, type TestDev, type TestEnvironment} from '../support/lifecycle.ts'

const goLive = async (environment: TestEnvironment, dev: TestDev, ...contents: string[]): Promise<void> => {
  for (const content of contents) {
    environment.save(good(content))
    await dev.next('live', ({previous}) => previous !== undefined)
    await dev.quiet()
  }
}

test('what leaves warm is stopped, the last three of those stay, and their sandboxes go', async (t) => {
  await using environment = testEnvironment(good('one'), {keep: {stopped: 3}})
  await using dev = environment.start()
  await dev.next('live')
  await goLive(environment, dev, 'two', 'three', 'four', 'five', 'six')
  t.deepEqual(await environment.standing(), ['six running', 'five paused', 'four exited', 'three exited', 'two exited'])
  // One for each that runs, and one that waits.
  t.is((await environment.sandboxes()).length, 3)
  t.deepEqual(
    environment.traffic.route?.previous.map(({release}) => environment.source.contentOfRelease(release)),
    ['five'],
  )
})

test('`keep.warm: 0` stops at once what has finished its requests, and says so', async (t) => {
  await using environment = testEnvironment(good('one'), {keep: {warm: 0, stopped: 1}})
  await using dev = environment.start()
  const {release} = await dev.next('live')
  await goLive(environment, dev, 'two')
  t.like(await dev.next('retired'), {release, warm: false, stopped: true})
  t.deepEqual(await environment.standing(), ['two running', 'one exited'])
})

test('quitting removes what is stopped, too', async (t) => {
  await using environment = testEnvironment(good('one'), {keep: {stopped: 3}})
  const dev = environment.start()
  await dev.next('live')
  await goLive(environment, dev, 'two', 'three')
  await dev.quit()
  t.deepEqual(await environment.standing(), [])
  t.deepEqual(await environment.sandboxes(), [])
})

test('an imm that finds stopped releases keeps them, and removes those beyond the policy', async (t) => {
  await using environment = testEnvironment(good('one'), {keep: {stopped: 3}})
  const first = environment.start()
  await first.next('live')
  await goLive(environment, first, 'two', 'three', 'four')
  await first.kill()
  environment.settings = {keep: {stopped: 1}}
  await using second = environment.start()
  await second.next('live')
  await second.quiet()
  t.deepEqual(await environment.standing(), ['four running', 'three paused', 'two exited'])
})

test('over its disk budget an app loses its oldest releases, and what stays in any case stays', async (t) => {
  const keep = {stopped: 3, diskBytes: 6500}
  await using environment = testEnvironment(good('one', {writes: 1000}), {keep})
  await using dev = environment.start()
  await dev.next('live')
  for (const content of ['two', 'three', 'four', 'five']) {
    environment.save(good(content, {writes: 1000}))
    await dev.next('live', ({previous}) => previous !== undefined)
    await dev.quiet()
  }
  // Each image is a tar of some 3 kB, and each stopped container wrote 1 kB: there is place for one of both beside what stays.
  t.deepEqual(await environment.standing(), ['five running', 'four paused', 'three exited'])
  t.deepEqual(await environment.images(), ['r3 three', 'r4 four', 'r5 five'])
  environment.settings = {keep: {...keep, diskBytes: 0}}
  environment.source.write(good('six'))
  environment.source.touch({settings: true})
  await dev.next('live', ({release}) => release.startsWith('r6'))
  await dev.quiet()
  t.deepEqual(await environment.images(), ['r5 five', 'r6 six'])
})

test('the engine is asked for shared sizes only where the budget may be exceeded', async (t) => {
  await using environment = testEnvironment(good('one'), {keep: {images: 3}})
  await using dev = environment.start()
  await dev.next('live')
  await goLive(environment, dev, 'two', 'three', 'four')
  t.is(dev.calls('engine', 'imageUsage').length, 0)
  environment.settings = {keep: {images: 3, diskBytes: 1}}
  environment.source.write(good('five'))
  environment.source.touch({settings: true})
  await dev.next('live', ({release}) => release.startsWith('r5'))
  await dev.quiet()
  t.is(dev.calls('engine', 'imageUsage').length, 1)
})

test('names of anchors and of other people are left alone whatever the budget', async (t) => {
  await using environment = testEnvironment(good('one'), {keep: {images: 1, warm: 0, diskBytes: 0}})
  await using dev = environment.start()
  const {release, image} = await dev.next('live')
  const names = [anchorReference(id), 'imm/shop/web:3fa9c1e', imageReference({...id, environment: 'x'}, release)]
  for (const name of names) await environment.engine.tag(image, name, noSignal)
  await goLive(environment, dev, 'two', 'three')
  const left = (await environment.engine.image(image, noSignal))?.references
  t.deepEqual(left?.toSorted(), names.toSorted())
})

test('records of releases go with the last that there is of them', async (t) => {
  await using environment = testEnvironment(good('one'), {keep: {images: 2}})
  await using dev = environment.start()
  await dev.next('live')
  await goLive(environment, dev, 'two', 'three', 'four')
  t.deepEqual(
    environment.records.releases.map((release) => environment.source.contentOfRelease(release)),
    ['three', 'four'],
  )
})

test('25 releases in a row leave no more than the policy keeps', async (t) => {
  await using environment = testEnvironment(good('0'), {keep: {stopped: 3}})
  await using dev = environment.start()
  await dev.next('live')
  for (let number = 1; number < 25; number++) await goLive(environment, dev, String(number))
  t.deepEqual(await environment.standing(), ['24 running', '23 paused', '22 exited', '21 exited', '20 exited'])
  t.is((await environment.images()).length, 10)
  t.is(environment.records.releases.length, 10)
  t.is((await environment.sandboxes()).length, 3)
})

const full = () => new ImmError('ENGINE_DISK_FULL', 'the engine’s disk is full: write /x: no space left on device')

test('where the engine’s disk is full, what is only kept for rollback makes room, and the save is built once more', async (t) => {
  await using environment = testEnvironment(good('one'), {keep: {stopped: 3}})
  await using dev = environment.start()
  await dev.next('live')
  await goLive(environment, dev, 'two', 'three', 'four', 'five')
  for (const call of ['addLayer', 'build'] as const) environment.engine.faults.failNext(call, full())
  environment.save(good('six'))
  t.regex(
    (await dev.next('warning')).message,
    /disk is full: 3 releases kept for rollback removed, and r6-\w+ is built once more/,
  )
  await dev.next('live', ({release}) => release.startsWith('r6'))
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['six running', 'five paused', 'four exited'])
  t.deepEqual(await environment.images(), ['r4 four', 'r5 five', 'r6 six'])
  t.deepEqual(dev.all('rejected'), [])
})

test('where nothing makes room, the save is rejected, and what serves and what is warm stay', async (t) => {
  await using environment = testEnvironment(good('one'), {keep: {stopped: 0}})
  await using dev = environment.start()
  await dev.next('live')
  await goLive(environment, dev, 'two')
  for (const call of ['addLayer', 'build'] as const) environment.engine.faults.failNext(call, full())
  environment.save(good('three'))
  t.is((await dev.next('rejected')).code, 'ENGINE_DISK_FULL')
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['two running', 'one paused'])
  t.deepEqual(dev.all('warning'), [])
})
