import test from 'ava'

import {drawing, follow, type Attempt} from '../../../src/terminal/progress/attempt.ts'
import {liveProgress} from '../../../src/terminal/progress/live.ts'
import {progress} from '../../../src/terminal/progress/progress.ts'
import {FakeStream, FakeTerminal} from '../fake-terminal.ts'
import {changed, event, live, log, rejected, stage} from './script.ts'

const step = (name: string, status: 'started' | 'output' | 'done', output: string[] = []) =>
  ({type: 'step', release: 'r13-3fa9c1e', step: {name, status, output}}) as const

const liveLine = 'r13-3fa9c1e live in 412 ms (build 103, launch 90, verify 160, flip 1) http://shop.localhost:7070'

test('while a release is built its steps are drawn, and once live one line is left', async (t) => {
  const terminal = new FakeTerminal()
  await using shown = liveProgress(terminal, false)
  shown.event(event(changed))
  t.is(terminal.shown, '- changed: src/app.js')
  shown.event(event(stage('r13-3fa9c1e', 'build')))
  shown.event(event(step('[1/2] RUN npm ci', 'started')))
  shown.event(event(step('[1/2] RUN npm ci', 'output', ['fetching', 'added 3 packages'])))
  t.regex(terminal.shown, /^- r13-3fa9c1e building \(.*\)\n {4}\[1\/2\] RUN npm ci {2}added 3 packages$/)
  shown.event(event(step('[1/2] RUN npm ci', 'done')))
  t.regex(terminal.shown, /^- r13-3fa9c1e building \(.*\)$/)
  shown.event(event(live('r13-3fa9c1e')))
  t.is(terminal.shown, liveLine)
})

test('while checks run the drawing says which, and how long those before took', async (t) => {
  const terminal = new FakeTerminal()
  await using shown = liveProgress(terminal, false)
  const release = 'r13-3fa9c1e'
  shown.event(event(stage(release, 'verify')))
  shown.event(event({type: 'stage', release, stage: 'verify', gate: 'prices'}, 80))
  const result = {
    type: 'gate',
    release,
    name: 'prices',
    kind: 'http',
    ok: true,
    ms: 20,
    reason: undefined,
    output: [],
  } as const
  shown.event(event(result, 100))
  shown.event(event({type: 'stage', release, stage: 'verify', gate: 'smoke'}, 100))
  t.regex(terminal.shown, /^- r13-3fa9c1e verify 80 ms, prices 20 ms, checking: smoke \(.*\)$/)
})

test('lines of the application appear at once above the drawing, in their order, and stay', async (t) => {
  const terminal = new FakeTerminal()
  await using shown = liveProgress(terminal, false)
  shown.event(event(stage('r13-3fa9c1e', 'build')))
  shown.event(event(step('[1/2] RUN npm ci', 'started')))
  shown.event(event(log('r12-0000000', 'one')))
  shown.event(event(log('r12-0000000', 'two')))
  const [first, second, head, running] = terminal.shown.split('\n')
  t.deepEqual([first, second, running], ['r12-0000000 | one', 'r12-0000000 | two', '    [1/2] RUN npm ci'])
  t.regex(head ?? '', /^- r13-3fa9c1e building/)
  shown.event(event(live('r13-3fa9c1e')))
  shown.say('said')
  t.is(terminal.shown, `r12-0000000 | one\nr12-0000000 | two\n${liveLine}\nsaid`)
})

test('a superseded and a rejected release take their drawing away and leave their words', async (t) => {
  const terminal = new FakeTerminal()
  await using shown = liveProgress(terminal, false)
  shown.event(event(stage('r13-3fa9c1e', 'build')))
  shown.event(event(step('[1/2] RUN npm ci', 'started')))
  shown.event(event({type: 'superseded', release: 'r13-3fa9c1e', stage: 'build', by: 14}))
  t.is(terminal.shown, 'r13-3fa9c1e superseded in build: something newer came')
  shown.event(event(stage('r14-0000000', 'build')))
  shown.event(event(rejected('r14-0000000')))
  t.deepEqual(terminal.shown.split('\n').slice(1, 3), [
    'r14-0000000 rejected in build: npm ci failed (Dockerfile:4)',
    '  | npm ERR! left-pad',
  ])
  t.false(terminal.shown.includes('building'))
})

test('a release that an older one outlives is still drawn', async (t) => {
  const terminal = new FakeTerminal()
  await using shown = liveProgress(terminal, false)
  shown.event(event(stage('r14-0000000', 'launch')))
  shown.event(event({type: 'superseded', release: 'r13-3fa9c1e', stage: 'build', by: 14}))
  t.regex(terminal.shown, /^r13-3fa9c1e superseded.*\n- r14-0000000 starting its container \(.*\)$/)
})

test('disposing takes the drawing away, and nothing is drawn after it', async (t) => {
  const terminal = new FakeTerminal()
  {
    await using shown = liveProgress(terminal, false)
    shown.event(event(stage('r13-3fa9c1e', 'build')))
  }
  t.is(terminal.shown, '')
})

test('a drawing is never higher than the terminal', async (t) => {
  const terminal = new FakeTerminal(3)
  await using shown = liveProgress(terminal, false)
  shown.event(event(stage('r13-3fa9c1e', 'build')))
  for (const name of ['one', 'two', 'three']) shown.event(event(step(name, 'started')))
  t.is(terminal.shown.split('\n').length, 2)
})

test('retirements that cut nothing are not shown on a terminal', async (t) => {
  const terminal = new FakeTerminal()
  await using shown = liveProgress(terminal, false)
  shown.event(event({type: 'retired', release: 'r12-0000000', drainMs: 9, cut: 0, warm: true, stopped: false}))
  t.is(terminal.shown, '')
  shown.event(event({type: 'retired', release: 'r12-0000000', drainMs: 9, cut: 2, warm: true, stopped: false}))
  t.is(terminal.shown, 'r12-0000000 drained in 9 ms, 2 connections still open then and cut, kept paused for rollback')
})

test('the drawing shows what each stage took, and how long it has been', (t) => {
  let attempt: Attempt | undefined
  attempt = follow(attempt, event(stage('r13-3fa9c1e', 'build'), 0))
  attempt = follow(attempt, event(stage('r13-3fa9c1e', 'launch'), 103))
  attempt = follow(attempt, event(stage('r13-3fa9c1e', 'verify'), 193))
  const nowMs = Date.parse(event(changed, 1500).time)
  t.deepEqual(attempt && drawing(attempt, nowMs, '-', (_style, text) => text), [
    '- r13-3fa9c1e build 103 ms, launch 90 ms, waiting until it is healthy (1.5 s)',
  ])
})

test('a terminal without columns gets plain lines', (t) => {
  const stream = Object.assign(new FakeStream(), {isTTY: true, columns: 0, getColorDepth: () => 1})
  progress({json: false, verbose: false}, stream, new FakeStream()).event(event(changed))
  t.is(stream.written, 'changed: src/app.js\n')
})

test('while a preview waits for its guard the drawing says for how long, and that it may be left', async (t) => {
  const terminal = new FakeTerminal()
  await using shown = liveProgress(terminal, false, true)
  const time = new Date().toISOString()
  const release = 'r13-3fa9c1e'
  shown.event(event(live(release)))
  shown.event({...event({type: 'guarding', release, before: 'r12-0000000', windowMs: 10_000}), time})
  t.regex(terminal.shown, /\n. r13-3fa9c1e watched for (?:10|9) s more \(Ctrl-C leaves it serving\)$/)
  shown.event(event({type: 'guarded', release, verdict: 'unsure', requests: 0}))
  t.is(terminal.shown, liveLine)
})
