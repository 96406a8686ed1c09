import test from 'ava'

import {judge, type Judgement} from '../../src/lifecycle/judge.ts'
import type {Observation} from '../../src/lifecycle/ports.ts'
import {noteSighting, type Sighting} from '../../src/lifecycle/sightings.ts'
import {testSettings} from '../support/lifecycle-settings.ts'

type Kind = 'auto' | 'http' | 'tcp'

const judged = (observation: Observation, kind: Kind, hasHealthcheck = false, lastedMs = 0): Judgement => {
  const sightings: Sighting[] = []
  noteSighting(sightings, observation, 0)
  noteSighting(sightings, observation, lastedMs)
  return judge(observation, testSettings({health: {kind}}).health, hasHealthcheck, sightings)
}

const healthyFor: [string, Observation, readonly Kind[]][] = [
  ['HTTP 200', {outcome: 'http', status: 200}, ['auto', 'http']],
  ['HTTP 399', {outcome: 'http', status: 399}, ['auto', 'http']],
  ['HTTP 101', {outcome: 'http', status: 101}, ['auto']],
  ['HTTP 400', {outcome: 'http', status: 400}, ['auto']],
  ['HTTP 503', {outcome: 'http', status: 503}, ['auto']],
  ['an accepted connection', {outcome: 'connected'}, ['tcp']],
  ['an answer that is not HTTP', {outcome: 'garbage', detail: ''}, ['auto']],
  ['no answer at first', {outcome: 'timeout', connected: true}, []],
  ['no connection', {outcome: 'timeout', connected: false}, []],
  ['a refused connection', {outcome: 'refused', detail: ''}, []],
  ['a connection closed early', {outcome: 'reset', detail: ''}, []],
  ['an address that cannot be reached', {outcome: 'unreachable', detail: ''}, []],
  ['a failed HEALTHCHECK', {outcome: 'unhealthy', detail: ''}, []],
]

for (const [what, observation, kinds] of healthyFor)
  test(`${what} is healthy for ${kinds.join(' and ') || 'nobody'}`, (t) => {
    // Asked only to connect, a probe sees no HTTP.
    for (const kind of observation.outcome === 'http'
      ? (['auto', 'http'] as const)
      : (['auto', 'http', 'tcp'] as const))
      t.is(judged(observation, kind), kinds.includes(kind) ? 'healthy' : 'not yet', kind)
  })

test('a HEALTHCHECK that passed is healthy', (t) => {
  t.is(judged({outcome: 'connected'}, 'auto', true), 'healthy')
  t.is(judged({outcome: 'unhealthy', detail: ''}, 'auto', true), 'not yet')
})

test('an application that accepts connections and says nothing for five seconds speaks something else than HTTP', (t) => {
  const silent: Observation = {outcome: 'timeout', connected: true}
  t.is(judged(silent, 'auto', false, 4999), 'not yet')
  t.is(judged(silent, 'auto', false, 5000), 'healthy')
  t.is(judged(silent, 'http', false, 60_000), 'not yet', 'with a path it has to answer')
  t.is(judged({outcome: 'timeout', connected: false}, 'auto', false, 60_000), 'not yet')
})
