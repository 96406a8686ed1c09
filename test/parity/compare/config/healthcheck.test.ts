import test from 'ava'

import type {RunSide} from '../../../../src/parity/facts.ts'
import {between} from '../found.ts'
import {config, image, run} from '../sides.ts'

const check = {test: ['CMD', 'curl', 'x'], intervalMs: 5000, retries: 5}
const checked = image({config: {...config, healthcheck: check}})
type Check = NonNullable<RunSide['config']['healthcheck']>

const over = (healthcheck: Check, source = 'compose:c.yaml#web') =>
  between({image: checked, run: run({source, config: {healthcheck}})}, {image: checked, run: run()}).map(
    ({message}) => message,
  )

test("what a check leaves out is the image's", (t) => {
  t.deepEqual(over({test: check.test}), [])
  t.deepEqual(over({test: [], intervalMs: 5000}), [])
  t.deepEqual(over({test: [], intervalMs: 9000}), [
    'the timing of the health check is every 9 s, for 30 s, 5 times, from 0 s in A (compose:c.yaml#web) and every 5 s, for 30 s, 5 times, from 0 s in B',
  ])
})

test('a probe of Kubernetes takes nothing from the image', (t) => {
  t.is(over({test: check.test}, 'k8s:web.yaml').length, 1)
})

test('times alone are no check where the image has none, and who knows where it is not there', (t) => {
  const times = run({config: {healthcheck: {test: [], intervalMs: 1000}}})
  t.deepEqual(between({image: image(), run: times}, {image: image(), run: run()}), [])
  t.deepEqual(
    between({run: times}, {run: run({config: {healthcheck: {...check, intervalMs: 1000, retries: 3}}})}).map(
      ({message}) => message,
    ),
    ['the health check is the image\'s own in A (compose.yaml#web) and ["CMD","curl","x"] in B (compose.yaml#web)'],
  )
})

test('how often it asks while it starts is one of its times, and five seconds the usual', (t) => {
  t.deepEqual(over({test: [], startIntervalMs: 5000}), [])
  t.regex(over({test: [], startIntervalMs: 1000})[0] ?? '', /from 0 s, every 1 s before in A/)
})
