import test from 'ava'

import {progress} from '../../../src/terminal/progress/progress.ts'
import {FakeStream, FakeTerminal} from '../fake-terminal.ts'
import {changed, event, live, log, stage} from './script.ts'

test('each event is one line of JSON on stdout, and text for people is on stderr', (t) => {
  const [stdout, stderr] = [new FakeStream(), new FakeStream()]
  const shown = progress({json: true, verbose: false}, stdout, stderr)
  const events = [event(changed), event(log('r1-3fa9c1e', 'two\nlines')), event(live('r1-3fa9c1e'))]
  for (const each of events) shown.event(each)
  shown.say('hello')
  const lines = stdout.written.trimEnd().split('\n')
  t.deepEqual(
    lines.map((line) => JSON.parse(line) as unknown),
    JSON.parse(JSON.stringify(events)),
  )
  t.is(stderr.written, 'hello\n')
})

const linesOfBuild = (verbose: boolean) => {
  const stdout = new FakeStream()
  const shown = progress({json: true, verbose}, stdout, new FakeStream())
  shown.event(event(stage('r1-3fa9c1e', 'build')))
  shown.event(event({type: 'step', release: 'r1-3fa9c1e', step: {name: 'RUN x', status: 'done', output: []}}))
  return stdout.written.split('\n').length - 1
}

test('stages and build steps are JSON lines only when verbose', (t) => {
  t.is(linesOfBuild(false), 0)
  t.is(linesOfBuild(true), 2)
})

test('JSON lines win over a terminal', (t) => {
  const terminal = new FakeTerminal()
  progress({json: true, verbose: false}, terminal, new FakeStream()).event(event(changed))
  t.true(terminal.shown.startsWith('{"type":"change"'))
})
