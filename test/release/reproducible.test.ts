import test from 'ava'

import {isImmError} from '../../src/errors.ts'
import {
  canonicalLabels,
  canonicalReference,
  defaultEpochS,
  epochOf,
  fullReference,
} from '../../src/release/reproducible.ts'

const identity = {
  project: 'shop',
  app: 'web',
  snapshot: `sha256:${'3fa9c1e'.padEnd(64, '0')}`,
  settings: 'sha256:1',
  revision: undefined,
}

test('times are those of SOURCE_DATE_EPOCH, else one that everybody shares', (t) => {
  t.is(epochOf({}), defaultEpochS)
  t.is(epochOf({SOURCE_DATE_EPOCH: ''}), defaultEpochS)
  t.is(new Date(defaultEpochS * 1000).toISOString(), '1980-01-01T00:00:01.000Z')
  t.is(epochOf({SOURCE_DATE_EPOCH: '1700000000'}), 1_700_000_000)
  t.is(epochOf({SOURCE_DATE_EPOCH: '0'}), 0)
})

for (const given of ['abc', '-1', '1.5', '2026-01-01', '8589934592', ' 1'])
  test(`SOURCE_DATE_EPOCH=${given} is refused: no time in a tar header`, (t) => {
    const error = t.throws(() => epochOf({SOURCE_DATE_EPOCH: given}))
    t.true(isImmError(error, 'USAGE'))
    t.regex(error?.message ?? '', /SOURCE_DATE_EPOCH/)
  })

test('a canonical image is named by its snapshot, and carries nothing of whose machine or environment it is', (t) => {
  t.is(canonicalReference(identity), 'imm/shop/web:3fa9c1e')
  t.deepEqual(canonicalLabels(identity), {
    'imm.project': 'shop',
    'imm.app': 'web',
    'imm.snapshot': identity.snapshot,
    'imm.settings': 'sha256:1',
  })
  t.is(canonicalLabels({...identity, revision: 'c0ffee'})['org.opencontainers.image.revision'], 'c0ffee')
})

test('names of images are taken as docker tag takes them', (t) => {
  t.is(fullReference('shop'), 'shop:latest')
  t.is(fullReference('shop:1.4'), 'shop:1.4')
  t.is(fullReference('localhost:5000/team/shop'), 'localhost:5000/team/shop:latest')
  t.is(fullReference('registry.example/team/shop_web:v1-rc.2'), 'registry.example/team/shop_web:v1-rc.2')
  for (const name of ['', 'Shop', 'a b', 'shop:', 'shop@sha256:1', '-shop', 'shop:ä', 'shop//x'])
    t.is(fullReference(name), undefined, name)
})
