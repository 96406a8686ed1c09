import test from 'ava'
import * as fc from 'fast-check'

import {anchorReference, imageReference, releaseName} from '../../src/release/identity.ts'
import {
  beyondPolicy,
  fateOf,
  heldBytes,
  imagesToRemove,
  stoppedBeyond,
  type HeldImage,
  type Holdings,
  type KeepPolicy,
} from '../../src/release/retention.ts'

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

const policy = (more: Partial<KeepPolicy> = {}): KeepPolicy => ({
  warm: 1,
  stopped: 3,
  images: 10,
  diskBytes: Infinity,
  ...more,
})

test('what lost the traffic is paused, then stopped, then removed where none is kept stopped', (t) => {
  t.deepEqual(
    [0, 1, 2].map((later) => fateOf(later, policy({warm: 2}))),
    ['pause', 'pause', 'stop'],
  )
  t.deepEqual(
    [0, 1].map((later) => fateOf(later, policy({stopped: 0}))),
    ['pause', 'remove'],
  )
  t.is(fateOf(0, policy({warm: 0})), 'stop')
})

const stopped = (number: number, generation = number, bytes = 0) => ({release: release(number), generation, bytes})

test('of stopped releases those stay that had the traffic last, and those that stay in any case do not count', (t) => {
  const all = [stopped(1, 9), stopped(2), stopped(3), stopped(4)]
  t.deepEqual(stoppedBeyond(all, [], 2), [release(2), release(3)])
  t.deepEqual(stoppedBeyond(all, [release(4)], 1), [release(2), release(3)])
  t.deepEqual(stoppedBeyond(all, [], 4), [])
})

const bottom = 'sha256:base'
const imageOf = (number: number, sizeBytes = 10): HeldImage => ({
  id: `sha256:${number}`,
  references: [reference(number)],
  layers: [bottom, `sha256:layer ${number}`],
  sizeBytes: 100 + sizeBytes,
  sharedBytes: 100,
})
const anchor: HeldImage = {
  id: 'sha256:anchor',
  references: [anchorReference(id)],
  layers: [bottom],
  sizeBytes: 100,
  sharedBytes: 100,
}
const holdings = (more: Partial<Holdings>): Holdings => ({id, images: [], stopped: [], staying: [], ...more})

test('images of stopped releases stay with their containers, whatever their number', (t) => {
  const images = [1, 2, 3, 4].map((number) => imageOf(number))
  const all = holdings({images, stopped: [stopped(1)], staying: [release(4)]})
  t.deepEqual(beyondPolicy(all, policy({images: 1})), {stopped: [], references: [reference(2), reference(3)]})
})

test('over its budget an app loses its oldest, containers and images, until it is within', (t) => {
  const images = [1, 2, 3, 4].map((number) => imageOf(number))
  const all = holdings({
    images: [...images, anchor],
    stopped: [stopped(1, 1, 500), stopped(2, 2, 5)],
    staying: [release(4)],
  })
  t.is(heldBytes(all), 500 + 5 + 30)
  t.deepEqual(beyondPolicy(all, policy({diskBytes: 535})), {stopped: [], references: []})
  t.deepEqual(beyondPolicy(all, policy({diskBytes: 534})), {stopped: [release(1)], references: [reference(1)]})
  t.deepEqual(beyondPolicy(all, policy({diskBytes: 0})), {
    stopped: [release(1), release(2)],
    references: [1, 2, 3].map(reference),
  })
})

test('an image of two releases is held until both can go', (t) => {
  const both: HeldImage = {...imageOf(1, 40), references: [reference(1), reference(3)]}
  const all = holdings({images: [both, imageOf(2), anchor], staying: [release(3)]})
  t.is(heldBytes(all), 10)
  t.is(heldBytes({...all, staying: []}), 50)
})

test('never touches live, previous, pinned and anchor, nor what is of others, and keeps within the policy', (t) => {
  const numbers = fc.uniqueArray(fc.integer({min: 1, max: 20}), {maxLength: 12})
  const others = ['node:24', 'imm/shop/web:3fa9c1e', imageReference({...id, app: 'api'}, release(1))]
  const keeps = fc.record({
    warm: fc.nat(2),
    stopped: fc.nat(4),
    images: fc.integer({min: 1, max: 6}),
    diskBytes: fc.nat(300),
  })
  fc.assert(
    fc.property(
      numbers,
      numbers,
      numbers,
      fc.array(fc.nat(50), {minLength: 20, maxLength: 20}),
      keeps,
      (named, ended, staying, sizes, keep) => {
        const foreign = others.map((name, at) => ({...imageOf(50 + at), references: [name]}))
        const all = holdings({
          images: [...named.map((number) => imageOf(number, sizes[number % 20])), anchor, ...foreign],
          stopped: ended.map((number) => stopped(number, number, sizes[(number + 7) % 20])),
          staying: staying.map(release),
        })
        const {stopped: containers, references} = beyondPolicy(all, keep)
        for (const number of staying) {
          t.false(containers.includes(release(number)))
          t.false(references.includes(reference(number)))
        }
        for (const name of [anchorReference(id), ...others]) t.false(references.includes(name))
        const left = {
          ...all,
          images: all.images.filter((image) => !image.references.some((name) => references.includes(name))),
          stopped: all.stopped.filter((one) => !containers.includes(one.release)),
        }
        t.true(heldBytes(left) <= keep.diskBytes)
        t.true(left.stopped.filter((one) => !all.staying.includes(one.release)).length <= keep.stopped)
        t.deepEqual(beyondPolicy(left, keep), {stopped: [], references: []}, 'once is enough')
        t.is(new Set(references).size, references.length)
      },
    ),
  )
})
