import test from 'ava'

import {announcer} from '../../src/lifecycle/announce.ts'
import type {Happening} from '../../src/lifecycle/events.ts'
import type {Announcement} from '../../src/lifecycle/ports.ts'
import type {Standing} from '../../src/lifecycle/standing.ts'
import type {World} from '../../src/lifecycle/world.ts'

const told = (happening: Happening, standing: Standing | undefined): Announcement[] => {
  const announcements: Announcement[] = []
  const world = {
    traffic: {announce: async (announcement: Announcement) => void announcements.push(announcement)},
    background: {add: () => undefined},
  } as unknown as World
  announcer(world, () => standing)(happening)
  return announcements
}

const nothingLive: Standing = {live: undefined, previous: [], stopped: [], postponed: []}
const release = 'r1-0000000'
const rejected = {
  type: 'rejected',
  release,
  stage: 'build',
  code: 'BUILD_FAILED',
  message: 'npm ci failed',
  next: 'Correct it.',
  output: ['no lockfile'],
} as const satisfies Happening
const step = (status: 'started' | 'done'): Happening => ({
  type: 'step',
  release,
  step: {name: '[2/5] RUN npm ci', status, output: []},
})

const announced: [string, Happening, Announcement][] = [
  ['the stage', {type: 'stage', release, stage: 'verify'}, {stage: 'verify', release, message: '', output: []}],
  ['the step of the build', step('started'), {stage: 'build', release, message: '[2/5] RUN npm ci', output: []}],
  [
    'why it failed and what to do',
    rejected,
    {stage: 'build', release, message: 'npm ci failed\nCorrect it.', output: ['no lockfile'], failed: true},
  ],
]

for (const [what, happening, announcement] of announced)
  test(`those who wait for a first release are told ${what}`, (t) => {
    t.deepEqual(told(happening, nothingLive), [announcement])
    t.deepEqual(told(happening, undefined), [announcement], 'also before anything is known')
    t.deepEqual(
      told(happening, {live: {}, previous: [], postponed: []} as unknown as Standing),
      [],
      'nobody waits once something is live',
    )
  })

test('those who wait for the replacement of what died are told how it did, with its last lines', (t) => {
  const died = {
    type: 'died',
    release,
    cause: 'ended',
    exitCode: 1,
    outOfMemory: false,
    left: 0,
    output: ['boom'],
  } as const
  const live = {live: {}, previous: [], postponed: []} as unknown as Standing
  const message = 'Its container ended with exit code 1.'
  t.deepEqual(told(died, live), [{stage: 'replace', release, message, output: ['boom']}])
  t.like(told({...died, outOfMemory: true}, live)[0], {message: 'Its container ran out of memory.'})
  t.like(told({...died, cause: 'unhealthy'}, live)[0], {message: 'Its container failed its HEALTHCHECK.'})
  t.deepEqual(told({...died, left: 1}, live), [], 'its other replicas serve on')
})

test('the rest is not for them', (t) => {
  t.deepEqual(told(step('done'), nothingLive), [])
  t.deepEqual(told({type: 'warning', message: 'x'}, nothingLive), [])
  t.deepEqual(told({type: 'log', release, stream: 'stdout', text: 'x'}, nothingLive), [])
})
