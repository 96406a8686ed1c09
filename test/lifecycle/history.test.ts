import test from 'ava'

import {isLasting} from '../../src/ledger/entry.ts'
import {replay} from '../../src/ledger/replay.ts'
import {good, testEnvironment, type TestDev} from '../support/lifecycle.ts'

const replayed = (...devs: TestDev[]) => replay(devs.flatMap(({events}) => events).filter((event) => isLasting(event)))

test('an attempt says what it is made of before anything is built', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  const {release} = await dev.next('live')
  const begun = await dev.next('release')
  t.like(begun, {release, generation: 1})
  t.regex(begun.snapshot, /^sha256:/)
  t.regex(begun.settings, /^sha256:/)
  const types = dev.events.map(({type}) => type)
  t.true(types.indexOf('release') < types.indexOf('stage'))
})

test('commit, branch and what is in no commit are told of releases that went live or were rejected', async (t) => {
  await using environment = testEnvironment(good('one'))
  environment.checkout = {commit: 'c0ffee', branch: 'main', dirty: true}
  await using dev = environment.start()
  const {release} = await dev.next('live')
  t.deepEqual(await dev.next('revision'), {type: 'revision', release, commit: 'c0ffee', branch: 'main', dirty: true})
  environment.save(good('crash', {exitCode: 1}))
  const rejected = await dev.next('rejected')
  const revision = await dev.next('revision')
  t.true(revision.release === rejected.release)
})

test('outside of git no revision is told', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  await dev.next('live')
  await dev.quiet()
  t.deepEqual(dev.all('revision'), [])
})

test('containers and images that are taken away are told, each once', async (t) => {
  await using environment = testEnvironment(good('one'), {keep: {warm: 1, images: 2}})
  await using dev = environment.start()
  const releases = [(await dev.next('live')).release]
  for (const content of ['two', 'three']) {
    environment.save(good(content))
    releases.push((await dev.next('live')).release)
    await dev.quiet()
  }
  t.deepEqual(dev.all('removed'), [
    {type: 'removed', release: releases[0], what: 'container'},
    {type: 'removed', release: releases[0], what: 'image'},
  ])
  await dev.quit()
  t.deepEqual(
    dev
      .all('removed')
      .slice(2)
      .map(({release, what}) => [release, what]),
    [
      [releases[2], 'container'],
      [releases[1], 'container'],
    ],
  )
  t.deepEqual(replayed(dev), {live: undefined, previous: [], rejected: undefined})
})

test('an imm that follows one that was killed says what it found', async (t) => {
  await using environment = testEnvironment(good('one'))
  const first = environment.start()
  t.like(await first.next('found'), {live: undefined, warm: []})
  const one = await first.next('live')
  environment.save(good('two'))
  const two = await first.next('live')
  await first.quiet()
  await first.kill()
  await using second = environment.start()
  t.like(await second.next('found'), {live: two.release, warm: [one.release]})
  await second.quiet()
  t.deepEqual(replayed(first, second), {live: two.release, previous: [one.release], rejected: undefined})
})
