import test from 'ava'

import {imageReference} from '../../src/release/identity.ts'
import {digestOf, emptyTree} from '../support/lifecycle-source.ts'
import {good, id, noSignal, testEnvironment} from '../support/lifecycle.ts'

test('a rollback gives the traffic to the warm release at once, and the next change goes live', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  const first = await dev.next('live')
  environment.save(good('two'))
  const second = await dev.next('live')
  await dev.quiet()

  t.is(await dev.rollback(), first.release)
  const back = await dev.next('live')
  await dev.quiet()
  t.like(back, {release: first.release, previous: second.release, cause: 'rollback'})
  t.like(await environment.answer(), {content: 'one', release: first.release})
  t.deepEqual(await environment.standing(), ['two paused', 'one running'])
  t.is(environment.engine.started, 2, 'nothing was launched')
  t.deepEqual(
    environment.traffic.flips.map(({generation}) => generation),
    [1, 2, 3],
  )
  t.deepEqual(environment.traffic.route?.previous.length, 1)

  environment.save(good('three'))
  await dev.next('live')
  await dev.quiet()
  t.like(await environment.answer(), {content: 'three'})
  t.deepEqual(await environment.standing(), ['three running', 'one paused'])
  t.is(environment.traffic.flips.at(-1)?.generation, 4)
})

test('the content that was rolled back from is not released again by a save that changes nothing', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  await dev.next('live')
  environment.save(good('two'))
  const second = await dev.next('live')
  await dev.quiet()
  await dev.rollback()
  environment.source.touch()
  t.deepEqual(await dev.next('unchanged'), {type: 'unchanged', release: second.release, state: 'previous'})
  await dev.quiet()
  t.like(await environment.answer(), {content: 'one'})
})

test('a rollback to a release without a container starts one of its image', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  const first = await dev.next('live')
  for (const content of ['two', 'three']) {
    environment.save(good(content))
    await dev.next('live')
    await dev.quiet()
  }
  t.is(await dev.rollback(first.release), first.release)
  await dev.quiet()
  t.like(await environment.answer(), {content: 'one', release: first.release})
  t.deepEqual(await environment.standing(), ['one running', 'three paused'])
  t.is(dev.calls('engine', 'build').length, 3, 'nothing was built')
  t.is(environment.traffic.route?.live?.generation, 4)
})

test('without a warm release, a rollback goes to the newest image before the live one', async (t) => {
  await using environment = testEnvironment(good('one'), {keep: {warm: 0}})
  await using dev = environment.start()
  await dev.next('live')
  environment.save(good('two'))
  const second = await dev.next('live')
  environment.save(good('three'))
  await dev.next('live')
  await dev.quiet()
  t.is(await dev.rollback(), second.release)
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['two running'])
})

test('a release that nobody knows is not found, and nothing happens', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  await dev.next('live')
  const never = {code: 'RELEASE_NOT_FOUND', message: /^there was no release r9(?:-0000000)?; the newest is r1$/}
  await t.throwsAsync(dev.rollback('r9-0000000'), never)
  await t.throwsAsync(dev.rollback('r9'), never)
  await t.throwsAsync(dev.rollback(), {code: 'RELEASE_NOT_FOUND', message: /no earlier release/})
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['one running'])
  t.is(environment.traffic.flips.length, 1)
})

test('a release that was rejected is not found', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  await dev.next('live')
  environment.save(good('bad', {exitCode: 1}))
  const {release} = await dev.next('rejected')
  await dev.quiet()
  await t.throwsAsync(dev.rollback(release), {code: 'RELEASE_NOT_FOUND', message: /neither a container nor an image/})
})

test('a rollback to what is live leaves it alone', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  const {release} = await dev.next('live')
  const request = environment.traffic.begin()
  t.is(await dev.rollback(release), release)
  await dev.quiet()
  t.false(request.wasCut)
  t.deepEqual(await environment.standing(), ['one running'])
  t.is(environment.engine.started, 1)
  request.end()
})

test('a rollback cancels what is under way, which the next save tries again', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  const first = await dev.next('live')
  environment.save(good('two'))
  const second = await dev.next('live')
  environment.save(good('three', {bootMs: 60_000}))
  await dev.next('stage', ({stage, release}) => stage === 'verify' && release.startsWith('r3-'))
  t.is(await dev.rollback(), first.release)
  const superseded = await dev.next('superseded')
  await dev.quiet()
  t.regex(superseded.release, /^r3-/)
  t.is(superseded.by, 4)
  t.deepEqual(await environment.standing(), ['two paused', 'one running'])
  t.deepEqual(await environment.images(), ['r1 one', 'r2 two'])

  environment.source.touch()
  t.regex((await dev.next('stage', ({release}) => release.startsWith('r4-'))).release, /^r4-/)
  environment.save(good('four'))
  await dev.next(
    'live',
    ({cause, release}) => cause === 'change' && release !== first.release && release !== second.release,
  )
  await dev.quiet()
  t.like(await environment.answer(), {content: 'four'})
})

test('a release that is called back while it drains goes on with its requests', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  const first = await dev.next('live')
  const request = environment.traffic.begin()
  environment.save(good('two'))
  await dev.next('live')
  t.is(await dev.rollback(), first.release)
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['two paused', 'one running'])
  t.false(request.wasCut)
  t.deepEqual(
    dev.all('retired').map(({release}) => release.slice(0, 2)),
    ['r2'],
  )
  request.end()
})

test('a warm release that does not answer any more is launched afresh', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  const first = await dev.next('live')
  environment.save(good('two'))
  await dev.next('live')
  await dev.quiet()
  environment.engine.faults.failNext('unpause', new Error('frozen for ever'))
  t.is(await dev.rollback(), first.release)
  await dev.quiet()
  t.is(environment.engine.started, 3)
  t.deepEqual(await environment.standing(), ['one running', 'two paused'])
  t.is(environment.traffic.route?.previous.length, 1, 'the proxy has forgotten the one that is gone')
})

test('a rollback whose fresh container is not healthy leaves what is live alone', async (t) => {
  await using environment = testEnvironment(good('one'), {keep: {warm: 0}})
  await using dev = environment.start()
  const first = await dev.next('live')
  environment.save(good('two'))
  await dev.next('live')
  await dev.quiet()
  const bad = await environment.engine.build(
    {
      context: () => {
        environment.source.write(good('broken', {exitCode: 5}))
        return environment.source.pack(
          {...snapshotOf(good('broken', {exitCode: 5})), files: 1, bytes: 1, warnings: [], tree: emptyTree},
          noSignal,
        )
      },
      dockerfile: 'Dockerfile',
      target: undefined,
      args: {},
      labels: {},
      reference: imageReference(id, first.release),
      onStep: () => undefined,
    },
    noSignal,
  )
  t.truthy(bad.id)
  await t.throwsAsync(dev.rollback(first.release), {code: 'CRASHED'})
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['two running'])
  t.like(await environment.answer(), {content: 'two'})
})

test('a change that comes while a rollback is under way wins, because it is newer', async (t) => {
  await using environment = testEnvironment(good('one', {bootMs: 200}), {keep: {warm: 0}})
  await using dev = environment.start()
  const first = await dev.next('live')
  environment.save(good('two'))
  await dev.next('live')
  await dev.quiet()
  const rollback = dev.rollback(first.release).catch((error: unknown) => error)
  await dev.next(
    'stage',
    ({stage, release}) => stage === 'verify' && release === first.release && dev.all('live').length === 2,
  )
  environment.save(good('three'))
  await dev.next('live', ({release}) => release.startsWith('r3-'))
  await rollback
  await dev.quiet()
  t.like(await environment.answer(), {content: 'three'})
  t.deepEqual(await environment.standing(), ['three running'])
})

const snapshotOf = (program: Parameters<typeof digestOf>[0]) => ({digest: digestOf(program)})
