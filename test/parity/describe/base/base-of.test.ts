import test from 'ava'

import {baseOf} from '../../../../src/parity/describe/base/base-of.ts'
import {imageConfigOf} from '../../../../src/parity/image/config.ts'
import type {ImageLayer} from '../../../../src/parity/image/image.ts'

const layer = {
  size: 1,
  storedSize: 1,
  compression: 'none',
  diffId: 'a',
  digest: 'a',
  steps: [],
} as const satisfies ImageLayer

const based = (labels: Record<string, string> = {}, layers = 2) => ({
  layers: Array.from({length: layers}, () => layer),
  history: [
    {createdBy: 'ADD', created: '2026-01-01T00:00:00Z', layer: true},
    {createdBy: 'CMD ["bash"]', created: '2026-01-01T00:00:00Z', layer: false},
    {createdBy: 'COPY', created: '2026-02-01T00:00:00Z', layer: true},
  ],
  config: imageConfigOf({
    architecture: 'amd64',
    os: 'linux',
    rootfs: {type: 'layers', diff_ids: []},
    config: {Labels: labels},
  }),
})

const label = {
  'org.opencontainers.image.base.name': 'docker.io/library/node:24',
  'org.opencontainers.image.base.digest': 'sha256:1',
}
const known = {name: 'node:24', digest: 'sha256:1', layers: 1}

test('the label names the base, and the history says which layers are of it', (t) => {
  t.deepEqual(baseOf(based(label), undefined), {
    name: 'docker.io/library/node:24',
    digest: 'sha256:1',
    created: '2026-01-01T00:00:00Z',
    layers: 1,
    by: 'label',
  })
})

test('an image of imm says how many layers are of its base, whatever its history looks like', (t) => {
  t.is(baseOf(based({...label, 'imm.base.layers': '2'}, 3), undefined)?.layers, 2)
  // As many as it has, or nonsense: it was changed since.
  for (const layers of ['3', '9', '-1', 'two', ''])
    t.is(baseOf(based({...label, 'imm.base.layers': layers}, 3), undefined)?.layers, 0, layers)
})

test('an engine that has the base knows best; of the same one the name is taken that the label gives', (t) => {
  t.deepEqual(baseOf(based(), known), {...known, by: 'engine'})
  t.is(baseOf(based(label), known)?.name, 'docker.io/library/node:24')
  // Inherited: the base was made from another, and says so.
  t.is(baseOf(based({...label, 'org.opencontainers.image.base.digest': 'sha256:2'}), known)?.name, 'node:24')
})

test('a history that speaks of other layers than the image has is not believed', (t) => {
  t.is(baseOf(based({}, 3), undefined), undefined)
  t.is(baseOf(based(label, 3), undefined)?.layers, 0)
})

test('without anything else it is the guess of the history', (t) => {
  t.deepEqual(baseOf(based(), undefined), {created: '2026-01-01T00:00:00Z', layers: 1, by: 'history'})
})
