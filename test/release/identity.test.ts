import test from 'ava'
import * as fc from 'fast-check'

import {
  imageReference,
  referredNumber,
  referredRelease,
  releaseName,
  releaseNumber,
  releaseOfReference,
} from '../../src/release/identity.ts'

const id = {project: 'shop', environment: 'main', app: 'web'}
const digest = fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}`)

test('names a release by its number and seven characters of its digest', (t) => {
  t.is(releaseName(12, `sha256:3fa9c1e${'0'.repeat(57)}`), 'r12-3fa9c1e')
})

test('finds the number and the release again', (t) => {
  fc.assert(
    fc.property(fc.nat(), digest, (number, snapshot) => {
      const name = releaseName(number, snapshot)
      t.is(releaseNumber(name), number)
      t.is(releaseOfReference(id, imageReference(id, name)), name)
      t.is(releaseOfReference(id, `localhost/${imageReference(id, name)}`), name)
    }),
  )
})

for (const name of ['', 'r', 'r12', '12-3fa9c1e', 'r12-3FA9C1E', 'r12-3fa9c1', 'r12-3fa9c1e0', 'r-1-3fa9c1e', 'latest'])
  test(`takes ${JSON.stringify(name)} for no release`, (t) => {
    t.is(releaseNumber(name), undefined)
  })

test('names an image by its app, environment and release', (t) => {
  t.is(imageReference(id, 'r12-3fa9c1e'), 'imm/shop/web:main-r12-3fa9c1e')
})

for (const reference of [
  'imm/shop/web:other-r12-3fa9c1e',
  'imm/shop/api:main-r12-3fa9c1e',
  'imm/shop2/web:main-r12-3fa9c1e',
  'imm/shop/web:main-latest',
  'imm/shop/web:main-x-r12-3fa9c1e',
  'docker.io/imm/shop/web:main-r12-3fa9c1e',
  'web',
])
  test(`sees no release of its own in ${reference}`, (t) => {
    t.is(releaseOfReference(id, reference), undefined)
  })

test('a release is referred to by its name or its number alone', (t) => {
  const releases = ['r12-3fa9c1e', 'r1-0000000'] as const
  t.is(referredRelease('r12', releases), 'r12-3fa9c1e')
  t.is(referredRelease('r1', releases), 'r1-0000000')
  t.is(referredRelease('r12-3fa9c1e', releases), 'r12-3fa9c1e')
  t.is(referredRelease('r12-fffffff', releases), undefined)
  t.is(referredRelease('r2', releases), undefined)
  t.deepEqual(['r12', 'r12-3fa9c1e', 'r12-', '12', 'r-1'].map(referredNumber), [
    12,
    12,
    undefined,
    undefined,
    undefined,
  ])
})
