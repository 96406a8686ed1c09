import test from 'ava'

import {buildkitProgress, builtImage} from '../../../src/engine/docker/buildkit-progress.ts'
import {classicProgress} from '../../../src/engine/docker/classic-progress.ts'
import type {BuildStep} from '../../../src/lifecycle/ports.ts'

/** Protobuf, as much as BuildKit's messages need. */
const field = (number: number, value: string | Buffer | boolean): Buffer => {
  if (typeof value === 'boolean') return Buffer.from([number * 8, Number(value)])
  const bytes = Buffer.from(value)
  const length = bytes.length < 128 ? [bytes.length] : [(bytes.length & 127) | 128, bytes.length >> 7]
  return Buffer.concat([Buffer.from([number * 8 + 2, ...length]), bytes])
}
const vertex = (digest: string, name: string, more: Buffer[] = []) =>
  field(1, Buffer.concat([field(1, digest), field(3, name), ...more]))
const log = (digest: string, text: string) => field(3, Buffer.concat([field(1, digest), field(4, text)]))
const started = field(5, '')
const completed = field(6, '')
const trace = (...parts: Buffer[]) => ({id: 'moby.buildkit.trace', aux: Buffer.concat(parts).toString('base64')})

const follow = (reader: typeof buildkitProgress) => {
  const steps: string[] = []
  const note = ({name, status, output}: BuildStep) =>
    void steps.push(`${name} ${status}${output.map((line) => ` ${line}`).join()}`)
  return {steps, progress: reader(note)}
}

test("BuildKit's steps are told when they start, print and end, each once", (t) => {
  const {steps, progress} = follow(buildkitProgress)
  progress.note(trace(vertex('a', 'FROM x'), vertex('b', 'RUN y')))
  progress.note(trace(vertex('a', 'FROM x', [started, completed, field(4, true)]), vertex('b', 'RUN y', [started])))
  progress.note(trace(log('b', 'one\ntw'), log('b', 'o\nthree')))
  progress.note(trace(vertex('b', 'RUN y', [started, completed]), vertex('b', 'RUN y', [started, completed])))
  t.deepEqual(steps, [
    'FROM x started',
    'FROM x cached',
    'RUN y started',
    'RUN y output one',
    'RUN y output two',
    'RUN y output three',
    'RUN y done',
  ])
})

test('the step that failed is told apart from those that it cancelled', (t) => {
  const {progress} = follow(buildkitProgress)
  const cancelled = field(7, 'exit code: 137: context canceled')
  progress.note(trace(vertex('a', 'RUN long', [started, completed, cancelled])))
  progress.note(trace(vertex('b', 'RUN broken', [started, completed, field(7, 'exit code: 7')])))
  t.is(progress.failed('executor failed: exit code: 7')?.name, 'RUN broken')
  t.is(progress.failed('something else')?.name, 'RUN broken')
  t.is(follow(buildkitProgress).progress.failed('parse error'), undefined)
})

test('colours and the states that a progress bar left behind are not output', (t) => {
  const {steps, progress} = follow(buildkitProgress)
  progress.note(trace(vertex('a', 'RUN x', [started]), log('a', '10%\r50%\r100%\r\n\u001B[91mred\u001B[0m\n')))
  t.deepEqual(steps.slice(1), ['RUN x output 100%, red'])
})

test('messages of others are no progress; the image is told in one of them', (t) => {
  const {steps, progress} = follow(buildkitProgress)
  progress.note({id: 'moby.image.id', aux: {ID: 'sha256:1'}})
  progress.note({stream: 'Successfully tagged x\n'})
  t.deepEqual(steps, [])
  t.is(builtImage({id: 'moby.image.id', aux: {ID: 'sha256:1'}}), 'sha256:1')
  t.is(builtImage(trace()), undefined)
})

test("the classic builder's text is taken apart into steps", (t) => {
  const {steps, progress} = follow(classicProgress)
  for (const stream of [
    'Step 1/3 : FROM x',
    '\n',
    ' ---> 408463f8f387\n',
    'Step 2/3 : RUN a',
    '\n',
    ' ---> Using cache\n',
    ' ---> 2dbafa98619e\n',
    'Step 3/3 : RUN b',
    '\n',
    ' ---> Running in a402439af0fa\n',
    '\u001B[91merr\n\u001B[0m',
    'out\n',
    'Removing intermediate container a402439af0fa\n',
  ])
    progress.note({stream})
  progress.note({error: 'x', errorDetail: {code: 3, message: 'x'}})
  t.deepEqual(steps, [
    '[1/3] FROM x started',
    '[1/3] FROM x done',
    '[2/3] RUN a started',
    '[2/3] RUN a cached',
    '[3/3] RUN b started',
    '[3/3] RUN b output err',
    '[3/3] RUN b output out',
    '[3/3] RUN b failed',
  ])
  t.deepEqual(progress.failed('x'), {name: '[3/3] RUN b', output: ['err', 'out']})
})

test("Podman's text too, with stages", (t) => {
  const {steps, progress} = follow(classicProgress)
  for (const stream of [
    '[1/2] STEP 1/2: FROM x AS a\n',
    '--> 9061aa6c073\n',
    '[2/2] STEP 1/1: FROM y\n',
    'COMMIT z\n',
    `${'0'.repeat(64)}\n`,
  ])
    progress.note({stream})
  progress.note({aux: {ID: 'sha256:2'}})
  t.deepEqual(steps, [
    '[1/2] FROM x AS a started',
    '[1/2] FROM x AS a done',
    '[1/1] FROM y started',
    '[1/1] FROM y done',
  ])
})
