import test from 'ava'

import {withBase} from '../../../../src/engine/docker/canonical/with-base.ts'
import {baseDigest, baseLayers, baseName} from '../../../../src/release/base-labels.ts'

const config = (Labels: Record<string, string> | null) => ({
  architecture: 'amd64',
  os: 'linux',
  config: {Labels},
  rootfs: {type: 'layers' as const, diff_ids: ['a', 'b', 'c']},
})

const labelsOf = (Labels: Record<string, string> | null, own: readonly number[], given: Record<string, string>) =>
  withBase(config(Labels), own, given).config?.Labels

test('an image that names its base says how many layers are of it', (t) => {
  t.deepEqual(labelsOf({[baseName]: 'node', team: 'shop'}, [2], {[baseName]: 'node'}), {
    [baseName]: 'node',
    team: 'shop',
    [baseLayers]: '2',
  })
  t.is(labelsOf(null, [], {[baseName]: 'node'})?.[baseLayers], '3', 'nothing is its own')
  t.is(labelsOf(null, [0, 1, 2], {[baseName]: 'node'})?.[baseLayers], '0')
})

test('what was said of the base of the base goes, and what is pinned stays', (t) => {
  const inherited = {[baseDigest]: 'sha256:1', [baseLayers]: '1'}
  t.deepEqual(labelsOf(inherited, [2], {[baseName]: 'node'}), {[baseLayers]: '2'})
  t.is(labelsOf(inherited, [2], {[baseName]: 'node', [baseDigest]: 'sha256:2'})?.[baseDigest], 'sha256:2')
})

test('an image whose base is not certain says no number, not even an inherited one', (t) => {
  t.deepEqual(labelsOf({[baseLayers]: '1', team: 'shop'}, [2], {}), {team: 'shop'})
})
