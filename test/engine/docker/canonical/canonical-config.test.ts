import test from 'ava'

import {canonicalConfig} from '../../../../src/engine/docker/canonical/canonical-config.ts'
import type {ImageConfig} from '../../../../src/engine/docker/layers/anchor.ts'

const nop = '/bin/sh -c #(nop) '
const step = (text: string, empty = true) => ({
  created: '2026-01-01T00:00:00Z',
  created_by: `${nop}${text}`,
  empty_layer: empty,
})
const historyOf = (steps: readonly ReturnType<typeof step>[]) => {
  const config = {architecture: 'amd64', os: 'linux', rootfs: {type: 'layers', diff_ids: []}, history: steps}
  const {history} = canonicalConfig(config as unknown as ImageConfig, [], 1) as {history: {created_by: string}[]}
  return history.map(({created_by: text}) => text.slice(nop.length))
}

test('labels that a builder writes in any order are written in one, and nothing else changes its place', (t) => {
  const [a, b, c] = [step('LABEL "a"="1"'), step('LABEL "b"="2"'), step('LABEL "c"="3"')] as const
  const [copy, user] = [step('COPY a in b', false), step('USER node')] as const
  const expected = ['USER node', 'COPY a in b', 'LABEL "a"="1"', 'LABEL "b"="2"', 'LABEL "c"="3"', 'USER node']
  for (const labels of [
    [a, b, c],
    [c, a, b],
    [b, c, a],
    [c, b, a],
  ])
    t.deepEqual(historyOf([user, copy, ...labels, user]), expected)
  t.deepEqual(historyOf([b, user, a]), ['LABEL "b"="2"', 'USER node', 'LABEL "a"="1"'])
})

test('the sum of what was copied, which counts times, is left out', (t) => {
  t.deepEqual(historyOf([step(`COPY dir:${'3f'.repeat(32)} in /app`, false)]), ['COPY dir in /app'])
})
