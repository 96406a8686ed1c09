import test from 'ava'

import {leftContainers, type FoundContainer} from '../../src/release/leftovers.ts'

const container = (id: string, state: FoundContainer['state'] = 'running', sandbox?: string): FoundContainer => ({
  id,
  name: id,
  state,
  sandbox,
})
const all = [
  container('live', 'running', 'its sandbox'),
  container('its sandbox'),
  container('waiting sandbox'),
  container('warm', 'paused'),
  container('stopped', 'exited'),
  container('candidate'),
]

test('where requests are routed, what they reach stays, with its sandbox and with what is stopped', (t) => {
  const left = leftContainers(all, new Set(['live', 'warm'])).map(({id}) => id)
  t.deepEqual(left, ['waiting sandbox', 'candidate'])
})

test('where nothing is routed, or only to what is gone, nothing stays', (t) => {
  t.deepEqual(leftContainers(all, new Set()), all)
  t.deepEqual(leftContainers(all, new Set(['gone'])), all)
})
