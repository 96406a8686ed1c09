import test from 'ava'

import {comparisonRules} from '../../../src/parity/compare/catalogue.ts'
import {compareSides} from '../../../src/parity/compare/compare.ts'
import {config, image, layer, side} from './sides.ts'

const one = side('A', {image: image({names: ['shop:1'], created: '2026-01-01T00:00:00Z'})})
const other = side('B', {
  image: image({
    names: ['shop:2'],
    created: '2026-02-01T00:00:00Z',
    id: 'sha256:other',
    manifest: 'sha256:m',
    layers: [
      {...layer('base'), createdBy: 'ADD'},
      {...layer('other'), compression: 'gzip'},
    ],
    config: {...config, labels: {'org.opencontainers.image.revision': 'b'}},
  }),
})

test('rules that are off find nothing, until they are asked for', (t) => {
  t.deepEqual(compareSides(one, other).findings, [])
  const asked = compareSides(one, other, {asked: ({id}) => id === 'image.digest'}).findings
  t.deepEqual(
    asked.map(({rule, severity, message}) => [rule, severity, message]),
    [['image.digest', 'note', 'the digest of the image is sha256:id in A and sha256:other in B']],
  )
  const all = compareSides(one, other, {asked: () => true}).findings.map(({rule}) => rule)
  t.deepEqual(all, [
    'image.digest',
    'image.names',
    'image.created',
    'image.layers',
    'image.compression',
    'image.history',
    'image.labels.build',
  ])
})

test('rules have names of their own, in the words of their areas, and say what to do', (t) => {
  const ids = comparisonRules.map(({id}) => id)
  t.deepEqual(ids, [...new Set(ids)])
  for (const {id, title, help} of comparisonRules) {
    t.regex(id, /^[a-z]+(?:\.[a-z-]+)+$/)
    t.true(title.endsWith('.') && help.endsWith('.'), id)
  }
})
