import test from 'ava'

import {defaultCanary, defaultMirror} from '../../src/config/defaults.ts'
import {parseConfig} from '../../src/config/file.ts'
import {mirrorOf, strategyOf} from '../../src/config/strategy.ts'
import {isImmError} from '../../src/errors.ts'

const settings = (text: string) => parseConfig(text, 'imm.yaml').settings
const strategy = (text: string, flag?: Parameters<typeof strategyOf>[1]) => strategyOf(settings(text).strategy, flag)

const mistakes = (text: string): string => {
  try {
    settings(text)
    return ''
  } catch (error) {
    if (isImmError(error, 'CONFIG_INVALID')) return error.message
    throw error
  }
}

test('without a word it is blue-green, without copies', (t) => {
  t.deepEqual(strategy('port: 1'), {kind: 'blue-green'})
  t.is(mirrorOf(settings('mirror: false').mirror), undefined)
  t.is(mirrorOf(undefined), undefined)
})

test('a name takes the defaults, and a map what it says', (t) => {
  t.deepEqual(strategy('strategy: recreate'), {kind: 'recreate'})
  t.deepEqual(strategy('strategy: rolling'), {kind: 'rolling', surge: 1, unavailable: 0})
  t.deepEqual(strategy('strategy: {rolling: {surge: 0, unavailable: 2}}'), {kind: 'rolling', surge: 0, unavailable: 2})
  t.deepEqual(strategy('strategy: canary'), defaultCanary)
  t.deepEqual(
    strategy(
      'strategy: {canary: {steps: [{weight: 2.5, time: 1m}], minRequests: 9, errors: 0.5%, latency: 1.5, wait: 0s}}',
    ),
    {
      kind: 'canary',
      steps: [{weight: 0.025, timeMs: 60_000}],
      limits: {minRequests: 9, errorShare: 0.005, latencyFactor: 1.5, latencyMs: 100},
      waitMs: 0,
    },
  )
})

test('a flag names another strategy, or leaves the settings of its own as they are', (t) => {
  t.deepEqual(strategy('strategy: {rolling: {surge: 3}}', 'rolling'), {kind: 'rolling', surge: 3, unavailable: 0})
  t.deepEqual(strategy('strategy: {rolling: {surge: 3}}', 'recreate'), {kind: 'recreate'})
  t.deepEqual(strategy('strategy: recreate', 'canary'), defaultCanary)
})

test('copies are asked for with a word, or with what is to be otherwise', (t) => {
  t.deepEqual(mirrorOf(settings('mirror: true').mirror), defaultMirror)
  t.deepEqual(mirrorOf(settings('mirror: {share: 25%, time: 1s, requests: 7, reject: true}').mirror), {
    share: 0.25,
    timeMs: 1000,
    requests: 7,
    reject: true,
  })
})

for (const [text, expected] of [
  ['strategy: bluegreen', /strategy: expected blue-green, rolling, canary or recreate/],
  ['strategy: {canary: {steps: []}}', /strategy.canary.steps: expected at least one step/],
  ['strategy: {canary: {steps: [{weight: 5, time: 1s}, {weight: 5, time: 1s}]}}', /weights that rise/],
  ['strategy: {canary: {steps: [{weight: 100, time: 1s}]}}', /a percentage above 0 and below 100/],
  ['strategy: {canary: {step: []}}', /step: unknown key; did you mean "steps"\?/],
  ['strategy: {rolling: {surge: -1}}', /strategy.rolling.surge: expected a number of replicas/],
  ['replicas: 0', /replicas: expected a number of containers from 1 to 100/],
  ['mirror: {share: 200%}', /mirror.share: expected a share of requests/],
] as const)
  test(`a mistake is named with its place: ${text}`, (t) => {
    t.regex(mistakes(text), expected)
  })
