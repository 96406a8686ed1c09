import test from 'ava'

import type {BuildStep} from '../../../src/lifecycle/ports.ts'
import {buildSteps} from '../../../src/terminal/progress/build-steps.ts'
import {FakeStream, FakeTerminal} from '../fake-terminal.ts'

const step = (name: string, status: BuildStep['status'], ...output: string[]): BuildStep => ({name, status, output})

const install = '[3/4] RUN npm ci'
const untimed = (text: string) => text.replaceAll(/\(\d[^)]*\)/g, '(time)')

test('a line for each instruction that has ended, and none for what the builder does beside them', (t) => {
  const stream = new FakeStream()
  using steps = buildSteps(stream, false)
  steps.step(step('[internal] load build context', 'done'))
  steps.step(step('[2/4] WORKDIR /app', 'cached'))
  steps.step(step('[deps 1/2] FROM node', 'done'))
  steps.step(step(install, 'started'))
  steps.step(step(install, 'output', 'added 4 packages'))
  t.is(untimed(stream.written), '[2/4] WORKDIR /app cached\n[deps 1/2] FROM node (time)\n')
  steps.step(step(install, 'failed'))
  steps.step(step('exporting to image', 'failed'))
  t.regex(stream.written, /\[3\/4\] RUN npm ci failed\nexporting to image failed\n$/)
})

test('verbose: what steps print, without what would move the cursor, and every step', (t) => {
  const stream = new FakeStream()
  using steps = buildSteps(stream, true)
  steps.step(step('[internal] load build context', 'done'))
  steps.step(step(install, 'output', 'one\u001B[2J', 'two'))
  t.is(untimed(stream.written), '[internal] load build context (time)\n  | one\n  | two\n')
})

test('a terminal shows what runs below the lines of what has ended, and nothing of it once it is over', (t) => {
  const terminal = new FakeTerminal()
  const steps = buildSteps(terminal as never, false)
  steps.step(step(install, 'started'))
  steps.step(step('[2/4] WORKDIR /app', 'cached'))
  steps.step(step(install, 'output', 'added 4 packages'))
  t.is(untimed(terminal.shown), '[2/4] WORKDIR /app cached\n  [3/4] RUN npm ci (time)  added 4 packages')
  steps[Symbol.dispose]()
  t.is(untimed(terminal.shown), '[2/4] WORKDIR /app cached')
})
