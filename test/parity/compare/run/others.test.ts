import test from 'ava'

import {compareSides} from '../../../../src/parity/compare/compare.ts'
import {run, side} from '../sides.ts'

const between = (source: string, others: Record<string, string>, other: string) => {
  const [a, b] = [side('A', {run: run({source, others})}), side('B', {run: run({source: other})})]
  const {findings, uncompared} = compareSides(a, b)
  return {findings: findings.map(({message}) => message), uncompared: uncompared.map(({reason}) => reason)}
}

test('what one side sets and the other does not is told by its term', (t) => {
  t.deepEqual(between('compose:c.yaml#web', {'ulimits.nofile': '64:64'}, 'container:web'), {
    findings: ['ulimits.nofile is 64:64 in A and not set in B'],
    uncompared: [],
  })
  t.deepEqual(between('compose:a.yaml#web', {'compose.pre_stop': '[]'}, 'compose:b.yaml#web').findings, [
    'compose.pre_stop is [] in A and not set in B',
  ])
  t.is(between('imm.yaml', {pid: 'host'}, 'k8s:web.yaml').findings.length, 1)
})

test('what a side of such a kind has no word for is not called missing there, and not passed over in silence', (t) => {
  for (const [source, term, other] of [
    ['compose:c.yaml#web', 'compose.pre_stop', 'container:web'],
    ['compose:c.yaml#web', 'ulimits.nofile', 'k8s:web.yaml'],
    ['compose:c.yaml#web', 'platform', 'container:web'],
    ['k8s:web.yaml', 'k8s.subPath', 'imm.yaml'],
  ] as const)
    t.deepEqual(between(source, {[term]: 'x'}, other), {
      findings: [],
      uncompared: [`one of the two has no word for ${term}`],
    })
})
