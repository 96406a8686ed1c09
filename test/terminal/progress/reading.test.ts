import test from 'ava'

import type {BuildStep} from '../../../src/lifecycle/ports.ts'
import {readingSteps} from '../../../src/terminal/progress/reading.ts'

test('what is read is told as it grows, a few times a second, and once when it has ended', (t) => {
  const steps: BuildStep[] = []
  const reading = readingSteps((step) => steps.push(step), 2)
  for (let part = 0; part < 1000; part++) reading.read('shop:1', 1_000_000)
  reading.read('shop:2', 2_000_000)
  t.true(steps.length < 100)
  t.deepEqual(steps[0], {name: '[1/2] read shop:1', status: 'output', output: ['1.0 MB']})
  t.deepEqual(steps.at(-1), {name: '[2/2] read shop:2', status: 'output', output: ['2.0 MB']})
  reading.end()
  t.deepEqual(
    steps.slice(-2).map(({name, status}) => `${name} ${status}`),
    ['[1/2] read shop:1 done', '[2/2] read shop:2 done'],
  )
})

test('requests are told until the last', (t) => {
  const steps: BuildStep[] = []
  const {request} = readingSteps((step) => steps.push(step), 2)
  request(1, 2)
  request(2, 2)
  t.deepEqual(
    steps.map(({status, output}) => [status, ...output]),
    [['output', '1 of 2'], ['done']],
  )
})
