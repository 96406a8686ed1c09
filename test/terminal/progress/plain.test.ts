import test from 'ava'

import type {Happening} from '../../../src/lifecycle/events.ts'
import {plainProgress} from '../../../src/terminal/progress/plain.ts'
import {FakeStream} from '../fake-terminal.ts'
import {changed, event, live, log, rejected, stage} from './script.ts'

const printed = (happenings: readonly Happening[], verbose = false, ofPreview = false): string[] => {
  const stream = new FakeStream()
  const progress = plainProgress(stream, verbose, ofPreview)
  for (const happening of happenings) progress.event(event(happening))
  return stream.written.split('\n').slice(0, -1)
}

test('a release that goes live is one line under the line of its change', (t) => {
  const lines = printed([
    changed,
    stage('r13-3fa9c1e', 'build'),
    {type: 'step', release: 'r13-3fa9c1e', step: {name: '[1/2] RUN npm ci', status: 'started', output: []}},
    {type: 'build', release: 'r13-3fa9c1e', how: 'delta', ms: 103, why: undefined},
    stage('r13-3fa9c1e', 'launch'),
    live('r13-3fa9c1e', 'r12-0000000'),
    {type: 'retired', release: 'r12-0000000', drainMs: 12, cut: 0, warm: true, stopped: false},
  ])
  t.deepEqual(lines, [
    'changed: src/app.js',
    'r13-3fa9c1e live in 412 ms (build 103, launch 90, verify 160, flip 1) http://shop.localhost:7070',
    'r12-0000000 drained in 12 ms, kept paused for rollback',
  ])
})

test('a slow release tells the unit of each stage', (t) => {
  const slow = live('r1-3fa9c1e')
  const timings = {...slow.timings, build: 61_000, total: 61_400}
  t.deepEqual(printed([{...slow, timings}]), [
    'r1-3fa9c1e live in 1 min 1 s (build 1 min 1 s, launch 90 ms, verify 160 ms, flip 1 ms) http://shop.localhost:7070',
  ])
})

test('the time that a strategy took between proof and flip is told where there was any', (t) => {
  const slow = live('r1-3fa9c1e')
  const shiftedFor = (shift: number) => printed([{...slow, timings: {...slow.timings, shift, total: 4500}}])[0]
  t.regex(shiftedFor(4000) ?? '', /verify 160 ms, shift 4\.0 s, flip 1 ms\)/)
  t.regex(shiftedFor(0) ?? '', /verify 160 ms, flip 1 ms\)/)
})

test('the first build, which no change precedes, says that it has begun', (t) => {
  t.deepEqual(printed([stage('r1-3fa9c1e', 'build'), stage('r1-3fa9c1e', 'launch')]), ['r1-3fa9c1e building'])
})

test('a rejected release tells the cause, its output, what keeps serving and what to do', (t) => {
  t.deepEqual(printed([live('r12-0000000'), changed, rejected('r13-3fa9c1e')]).slice(2), [
    'r13-3fa9c1e rejected in build: npm ci failed (Dockerfile:4)',
    '  | npm ERR! left-pad',
    '  | npm ERR! is missing',
    '  r12-0000000 keeps serving',
    '  next: Correct the failing instruction and save.',
  ])
})

test('without a live release a rejection says that requests wait, also after the live one has died', (t) => {
  const waiting = '  no release is live: requests wait for one'
  t.is(printed([rejected(undefined)])[3], waiting)
  const died: Happening = {
    type: 'died',
    release: 'r12-0000000',
    cause: 'ended',
    exitCode: 1,
    outOfMemory: false,
    left: 0,
    output: ['boom'],
  }
  const lines = printed([live('r12-0000000'), died, rejected('r13-3fa9c1e')])
  t.deepEqual(lines.slice(1, 3), [
    'r12-0000000 died (exit code 1): requests wait while imm starts it again',
    '  | boom',
  ])
  t.true(lines.includes(waiting))
  t.is(
    printed([{...died, givenUp: true}])[0],
    'r12-0000000 died (exit code 1): requests wait while the release before gets the traffic again',
  )
})

test('of a preview, whose address is closed until a release is live, a rejection says so', (t) => {
  t.is(printed([rejected('r1-3fa9c1e')], false, true)[3], '  no release is live: its address stays closed')
  t.is(printed([live('r12-0000000'), rejected('r13-3fa9c1e')], false, true)[4], '  r12-0000000 keeps serving')
})

test('that a preview is watched is a line, which in imm dev is one for --verbose', (t) => {
  const guarding = {type: 'guarding', release: 'r13-3fa9c1e', before: 'r12-0000000', windowMs: 10_000} as const
  t.deepEqual(printed([guarding], false, true), [
    'r13-3fa9c1e is watched for 10 s: where it does worse than r12-0000000, that gets the traffic back; Ctrl-C leaves it serving',
  ])
  t.deepEqual(printed([guarding]), [])
  t.notRegex(printed([guarding], true)[0] ?? '', /Ctrl-C/)
})

test('what a container printed before it ended is not told again where its log was shown', (t) => {
  const crash: Happening = {...rejected('r13-3fa9c1e'), stage: 'verify', output: ['boom', 'at app.js:3']} as Happening
  const died: Happening = {
    type: 'died',
    release: 'r12-0000000',
    cause: 'ended',
    exitCode: 1,
    outOfMemory: false,
    left: 1,
    output: ['boom'],
  }
  const happenings = [live('r12-0000000'), log('r12-0000000', 'boom'), died, log('r13-3fa9c1e', 'boom'), crash]
  t.deepEqual(
    printed(happenings)
      .slice(1)
      .filter((line) => line.includes('boom') || line.includes('app.js')),
    ['r12-0000000 | boom', 'r13-3fa9c1e | boom', '  | at app.js:3'],
  )
  const stream = new FakeStream()
  const progress = plainProgress(stream, false)
  progress.logs = false
  for (const happening of happenings) progress.event(event(happening))
  t.is(stream.written.match(/ {2}\| boom/g)?.length, 2, 'logs are off')
})

test('a rejection before there is a release names none', (t) => {
  t.is(printed([rejected(undefined)])[0], 'rejected: npm ci failed (Dockerfile:4)')
})

test('releases that come back say how', (t) => {
  const back = live('r12-0000000', 'r13-3fa9c1e')
  t.deepEqual(
    printed([
      {...back, cause: 'rollback'},
      {...back, cause: 'replace'},
      {...back, cause: 'adopted'},
    ]),
    [
      'r12-0000000 live again in 412 ms, rolled back from r13-3fa9c1e http://shop.localhost:7070',
      'r12-0000000 live again in 412 ms, in a new container http://shop.localhost:7070',
      'r12-0000000 live, found running http://shop.localhost:7070',
    ],
  )
})

test('every other event is a line that says what it means', (t) => {
  t.deepEqual(
    printed([
      {type: 'change', files: ['a', 'b', 'c', 'd'], count: 900},
      {type: 'superseded', release: 'r13-3fa9c1e', stage: 'verify', by: 14},
      {type: 'unchanged', release: 'r13-3fa9c1e', state: 'live'},
      {type: 'unchanged', release: 'r13-3fa9c1e', state: 'rejected'},
      {type: 'unchanged', release: 'r13-3fa9c1e', state: 'previous'},
      {type: 'unchanged', release: 'r13-3fa9c1e', state: 'live', settings: true},
      {type: 'retired', release: 'r12-0000000', drainMs: 10_000, cut: 1, warm: false, stopped: false},
      {type: 'shifted', release: 'r13-3fa9c1e', weight: 0.05, step: 1, of: 3, leastMs: 30_000},
      {type: 'shifted', release: 'r13-3fa9c1e', weight: 0.5, step: 1, of: undefined},
      {type: 'warning', message: 'big.iso is 1 GB'},
      {type: 'engine', state: 'lost'},
      {type: 'engine', state: 'back'},
    ]),
    [
      'changed: a, b, c and 897 more',
      'r13-3fa9c1e superseded in verify: something newer came',
      'same content as r13-3fa9c1e, which is live: nothing to do',
      'same content as r13-3fa9c1e, which was rejected: nothing to do',
      'same content as r13-3fa9c1e, which was rolled back: nothing to do',
      'settings taken up; the content is still that of r13-3fa9c1e, which is live',
      'r12-0000000 drained in 10 s, 1 connection still open then and cut, removed',
      'r13-3fa9c1e has 5 % of the clients (step 1 of 3, 30 s at least)',
      'r13-3fa9c1e has 50 % of the clients',
      'warning: big.iso is 1 GB',
      'the engine went away: imm waits and goes on when it is back',
      'the engine is back',
    ],
  )
})

const gate = {type: 'gate', release: 'r2-3fa9c1e', kind: 'http', ms: 12} as const

test('each check that passes is a line; one that fails is told by the rejection alone', (t) => {
  const passed = {...gate, name: 'prices', ok: true, reason: undefined, output: ['fine']}
  const failed = {...gate, name: 'cart', ok: false, reason: 'expected status 200, got 500', output: ['oh no']}
  const begins: Happening = {type: 'stage', release: 'r2-3fa9c1e', stage: 'verify', gate: 'prices'}
  t.deepEqual(printed([begins, passed, failed]), ['r2-3fa9c1e check "prices" passed in 12 ms'])
  t.deepEqual(printed([begins, passed, failed], true), [
    'r2-3fa9c1e checking: prices',
    'r2-3fa9c1e check "prices" passed in 12 ms',
    '  | fine',
    'r2-3fa9c1e check "cart" failed after 12 ms: expected status 200, got 500',
    '  | oh no',
  ])
})

const job = {type: 'job', release: 'r2-3fa9c1e', ms: 1200} as const

test('each job that is done is a line; what it printed was shown as it did', (t) => {
  const done = {...job, name: 'migrate', ok: true, reason: undefined, output: ['2 tables']}
  const failed = {...job, name: 'seed', ok: false, reason: 'expected exit code 0, got 3', output: ['oh no']}
  const begins: Happening = {type: 'stage', release: 'r2-3fa9c1e', stage: 'jobs', job: 'migrate'}
  t.deepEqual(printed([begins, done, failed]), ['r2-3fa9c1e job "migrate" done in 1.2 s'])
  t.deepEqual(printed([begins, failed], true), [
    'r2-3fa9c1e running: migrate',
    'r2-3fa9c1e job "seed" failed after 1.2 s: expected exit code 0, got 3',
  ])
})

test('of a worker nobody says that requests wait, and it has no address', (t) => {
  const died = {
    type: 'died',
    release: 'r2-3fa9c1e',
    cause: 'ended',
    exitCode: 1,
    outOfMemory: false,
    output: [],
  } as const
  t.deepEqual(
    printed([
      {...live('r2-3fa9c1e'), url: ''},
      {...died, left: 0, worker: true},
      {...died, left: 0, worker: true, givenUp: true},
      {...died, left: 1, worker: true},
    ]),
    [
      'r2-3fa9c1e live in 412 ms (build 103, launch 90, verify 160, flip 1)',
      'r2-3fa9c1e died (exit code 1): its work waits while imm starts it again',
      'r2-3fa9c1e died (exit code 1): its work waits while the release before takes its place again',
      'r2-3fa9c1e died (exit code 1): its other replica works while imm starts it again',
    ],
  )
  t.deepEqual(printed([{type: 'guarded', release: 'r2-3fa9c1e', verdict: 'ok', requests: 0}], true), [
    'r2-3fa9c1e keeps its place: it stayed up',
  ])
})

test('verbose adds stages, build steps with their output, and how the image was built', (t) => {
  const step = {type: 'step', release: 'r1-3fa9c1e'} as const
  t.deepEqual(
    printed(
      [
        stage('r1-3fa9c1e', 'build'),
        {...step, step: {name: '[1/2] RUN npm ci', status: 'started', output: []}},
        {...step, step: {name: '[1/2] RUN npm ci', status: 'output', output: ['added 3 packages']}},
        {...step, step: {name: '[1/2] RUN npm ci', status: 'output', output: []}},
        {...step, step: {name: '[1/2] RUN npm ci', status: 'done', output: []}},
        {type: 'build', release: 'r1-3fa9c1e', how: 'cached', ms: 40, why: undefined},
        stage('r1-3fa9c1e', 'verify'),
      ],
      true,
    ),
    [
      'r1-3fa9c1e building',
      'r1-3fa9c1e [1/2] RUN npm ci started',
      '  | added 3 packages',
      'r1-3fa9c1e [1/2] RUN npm ci done',
      'r1-3fa9c1e built in 40 ms, the image was there',
      'r1-3fa9c1e waiting until it is healthy',
    ],
  )
})

test('application logs carry their release, lose what would steer a terminal, and can be switched off', (t) => {
  t.deepEqual(printed([log('r1-3fa9c1e', '\x1b[2J\x1b]0;title\x07\x1b[31mred\x1b[0m\rtext\b')]), [
    'r1-3fa9c1e | redtext',
  ])
  const stream = new FakeStream()
  const progress = plainProgress(stream, false)
  progress.logs = false
  progress.event(event(log('r1-3fa9c1e', 'unseen')))
  progress.say('seen')
  t.is(stream.written, 'seen\n')
})
