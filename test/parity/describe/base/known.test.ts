import test from 'ava'

import {baseAmong} from '../../../../src/parity/describe/base/known.ts'

const built = (layers: readonly string[], labels: Readonly<Record<string, string>> = {}) => ({
  layers: layers.map((diffId) => ({diffId})),
  config: {labels: new Map(Object.entries(labels))},
})

const image = built(['a', 'b', 'c'])

test('the base is the named image with the most of the lowest layers', (t) => {
  const images = [
    {names: ['debian:12'], layers: ['a']},
    {
      names: ['node:24.1.0-bookworm', 'node:24'],
      layers: ['a', 'b'],
      digest: 'sha256:1',
      created: '2026-01-01T00:00:00Z',
    },
    {names: ['other:1'], layers: ['a', 'x']},
  ]
  t.deepEqual(baseAmong(image, images), {
    name: 'node:24',
    digest: 'sha256:1',
    created: '2026-01-01T00:00:00Z',
    layers: 2,
  })
  t.is(baseAmong(built(['z']), images), undefined)
})

test('no base: the image itself, one without a name, one without layers', (t) => {
  t.is(baseAmong(image, [{names: ['shop:1'], layers: ['a', 'b', 'c']}]), undefined)
  t.is(baseAmong(image, [{names: [], layers: ['a', 'b']}]), undefined)
  t.is(baseAmong(image, [{names: ['scratch:0'], layers: []}]), undefined)
})

test('another release of the same application is no base; one of another application may be', (t) => {
  const labels = {'imm.project': 'shop', 'imm.app': 'web'}
  const release = {names: ['imm/shop/web:r1'], layers: ['a', 'b'], labels}
  t.is(baseAmong(built(['a', 'b', 'c'], labels), [release]), undefined)
  t.is(baseAmong(built(['a', 'b', 'c'], {...labels, 'imm.app': 'api'}), [release])?.layers, 2)
  t.is(baseAmong(image, [release])?.layers, 2)
})
