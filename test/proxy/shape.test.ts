import test from 'ava'

import {shapeDifference} from '../../src/proxy/shape.ts'

const same = {one: [], other: []}

for (const [what, one, other, expected] of [
  ['other values', {a: 1, b: 'x', c: [1, 2]}, {a: 2, b: 'y', c: [3]}, same],
  ['another order of keys', {a: 1, b: 2}, {b: 2, a: 1}, same],
  ['null, which may stand for anything', {a: null, b: {c: 1}}, {a: {b: 1}, b: null}, same],
  ['an empty list', {a: []}, {a: [{b: 1}]}, same],
  ['a key that only some elements have', [{a: 1}, {a: 1, b: 2}], [{a: 1, b: 2}, {a: 3}], same],
  ['elements that are null', [null, {a: 1}], [{a: 1}, null], same],
  ['a missing key', {a: {b: 1, c: 2}}, {a: {b: 1}}, {one: ['a.c'], other: []}],
  ['a renamed key', {email: 'x'}, {mail: 'x'}, {one: ['email'], other: ['mail']}],
  ['a key of elements', {items: [{id: 1, price: 2}]}, {items: [{id: 1}]}, {one: ['items[].price'], other: []}],
  ['another kind of value', {id: 1}, {id: '1'}, {one: ['id as number'], other: ['id as string']}],
  ['a list in place of one', {a: {b: 1}}, {a: [{b: 1}]}, {one: ['a as object'], other: ['a as array']}],
  ['another kind of body', [1], {a: 1}, {one: ['a body as array'], other: ['a body as object']}],
  ['a key named as a method', {toString: 1}, {}, {one: ['toString'], other: []}],
] as const)
  test(`${what} ${expected === same ? 'is no difference' : 'is a difference'}`, (t) => {
    t.deepEqual(shapeDifference(one, other), expected)
    t.deepEqual(shapeDifference(other, one), {one: expected.other, other: expected.one} as never)
  })

test('a value nested without end is compared as deep as it makes sense', (t) => {
  const deep = JSON.parse(`${'['.repeat(5000)}1${']'.repeat(5000)}`) as unknown
  t.deepEqual(shapeDifference(deep, deep), same)
})
