import test from 'ava'
import * as fc from 'fast-check'

import {imageReference, releaseName} from '../../src/release/identity.ts'
import {imagesToRemove} from '../../src/release/retention.ts'

const id = {project: 'shop', environment: 'main', app: 'web'}
const release = (number: number) => releaseName(number, 'sha256:3fa9c1e')
const reference = (number: number) => imageReference(id, release(number))

test('keeps the newest and names the others, oldest first', (t) => {
  t.deepEqual(
    imagesToRemove({id, references: [3, 1, 10, 2, 9].map(reference), keep: 2, pinned: []}),
    [1, 2, 3].map(reference),
  )
})

test('keeps what is pinned, however old', (t) => {
  t.deepEqual(
    imagesToRemove({id, references: [1, 2, 3, 4].map(reference), keep: 1, pinned: [release(1), release(3)]}),
    [reference(2)],
  )
})

test('leaves images of others alone', (t) => {
  const others = ['node:24', imageReference({...id, environment: 'other'}, release(1)), 'imm/shop/web:main-latest']
  t.deepEqual(imagesToRemove({id, references: [...others, reference(1), reference(2)], keep: 1, pinned: []}), [
    reference(1),
  ])
})

test('counts a release with several names once', (t) => {
  const twice = [`localhost/${reference(2)}`, reference(2)]
  t.deepEqual(imagesToRemove({id, references: [...twice, reference(1)], keep: 2, pinned: []}), [])
  t.deepEqual(
    imagesToRemove({id, references: [...twice, reference(3)], keep: 1, pinned: []}).toSorted(),
    twice.toSorted(),
  )
})

test('never removes a pinned or newer one, whatever there is', (t) => {
  const numbers = fc.uniqueArray(fc.nat(50))
  fc.assert(
    fc.property(numbers, fc.nat(60), numbers, (all, keep, pinned) => {
      const removed = imagesToRemove({id, references: all.map(reference), keep, pinned: pinned.map(release)})
      const staying = all.filter((number) => !removed.includes(reference(number)))
      for (const number of all) if (pinned.includes(number)) t.true(staying.includes(number))
      t.true(staying.length >= Math.min(keep, all.length))
      const newest = new Set(all.toSorted((a, b) => b - a).slice(0, keep))
      for (const number of staying) t.true(newest.has(number) || pinned.includes(number))
    }),
  )
})
