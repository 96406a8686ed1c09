import test from 'ava'

import {replay} from '../../src/ledger/replay.ts'
import type {LiveCause} from '../../src/lifecycle/events.ts'
import type {ReleaseName} from '../../src/release/identity.ts'

const one: ReleaseName = 'r1-aaaaaaa'
const two: ReleaseName = 'r2-bbbbbbb'

const three: ReleaseName = 'r3-ccccccc'

const live = (release: ReleaseName, cause: LiveCause = 'change') =>
  ({
    type: 'live',
    release,
    previous: undefined,
    image: '',
    url: '',
    cause,
    timings: {detect: 0, snapshot: 0, build: 0, launch: 0, verify: 0, flip: 0, total: 0},
  }) as const

const rejected = (release: ReleaseName) =>
  ({type: 'rejected', release, stage: 'verify', code: 'CRASHED', message: '', next: '', output: []}) as const

const removed = (release: ReleaseName, what: 'container' | 'image') => ({type: 'removed', release, what}) as const

test('nothing is live before anything is told', (t) => {
  t.deepEqual(replay([]), {live: undefined, previous: [], rejected: undefined})
})

test('a release takes over from the one before, and a rollback gives it back', (t) => {
  t.deepEqual(replay([live(one), live(two)]), {live: two, previous: [one], rejected: undefined})
  t.deepEqual(replay([live(one), live(two), live(three)]).previous, [two, one], 'the newest first')
  t.deepEqual(replay([live(one), live(two), live(one, 'rollback')]), {live: one, previous: [two], rejected: undefined})
})

test('a rejected release changes nothing but that, until something is live', (t) => {
  t.deepEqual(replay([live(one), rejected(two)]), {live: one, previous: [], rejected: two})
  t.is(replay([live(one), rejected(two), {type: 'unchanged', release: one, state: 'live'}]).rejected, undefined)
  t.is(replay([live(one), rejected(two), live(one, 'replace')]).rejected, two)
  t.is(replay([live(one), rejected(two), live(two)]).rejected, undefined)
})

test('what is removed is no longer there, and an image is no container', (t) => {
  t.deepEqual(replay([live(one), live(two), removed(one, 'container')]).previous, [])
  t.deepEqual(replay([live(one), live(two), removed(one, 'image')]).previous, [one])
  t.is(replay([live(one), removed(one, 'container')]).live, undefined)
  t.deepEqual(
    replay([live(one), live(two), {type: 'retired', release: one, drainMs: 1, cut: 0, warm: false, stopped: false}])
      .previous,
    [],
  )
})

test('an imm that begins says what is there, whatever the one before had come to', (t) => {
  const found = {type: 'found', live: one, warm: [two]} as const
  t.deepEqual(replay([live(two), rejected(one), found]), {live: one, previous: [two], rejected: undefined})
})

test('nothing is left when all is taken down', (t) => {
  const down = {type: 'down', containers: 2, images: 2, volumes: 0, keptVolumes: []} as const
  t.deepEqual(replay([live(one), live(two), down]), {live: undefined, previous: [], rejected: undefined})
})
