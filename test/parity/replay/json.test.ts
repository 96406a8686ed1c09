import {randomUUID} from 'node:crypto'

import test from 'ava'
import * as fc from 'fast-check'

import {jsonDifferences} from '../../../src/parity/replay/json/diff.ts'
import {matchesField} from '../../../src/parity/replay/json/field.ts'
import type {Json, JsonRules} from '../../../src/parity/replay/json/mask.ts'

const nowMs = Date.parse('2026-11-28T12:00:00Z')
const rules: JsonRules = {ignored: [], unordered: [], nowMs, neutral: (text) => text}

const differences = (a: Json, b: Json, more: Partial<JsonRules> = {}) =>
  jsonDifferences(a, b, {a: {...rules, ...more}, b: {...rules, ...more}}).map(
    (each) => `${each.field.join('.')}: ${each.a}, ${each.b}`,
  )

for (const [what, a, b, expected] of [
  ['a value', {a: {b: 1}}, {a: {b: 2}}, ['a.b: 1, 2']],
  ['a type', {a: 1}, {a: '1'}, ['a: 1, "1"']],
  ['a field that one side lacks', {a: 1, b: null}, {a: 1}, ['b: null, nothing']],
  ['a field that the other lacks', {a: 1}, {a: 1, b: 2}, ['b: nothing, 2']],
  ['a field of elements', [{id: 1}, {id: 2}], [{id: 1}, {id: 3}], ['*.id: 2, 3']],
  ['a length', {list: [1, 2, 3]}, {list: [2, 3]}, ['list: 3 elements, 2 elements']],
  ['an order', [1, 2], [2, 1], ['*: 1, 2', '*: 2, 1']],
  ['a list that became a map', {a: []}, {a: {}}, ['a: [], {}']],
  ['a time that became a text', '2026-01-02T03:04:05Z', 'never', [': a time, "never"']],
  ['a name that all objects have', {}, JSON.parse('{"__proto__": 1}') as Json, ['__proto__: nothing, 1']],
  ['a name that all objects inherit', {}, {constructor: 1}, ['constructor: nothing, 1']],
] as const satisfies readonly (readonly [string, Json, Json, readonly string[]])[])
  test(`${what} is told with its place`, (t) => {
    t.deepEqual(differences(a, b), expected)
  })

for (const [what, a, b] of [
  ['the order of keys', {a: 1, b: {c: 1, d: 2}}, {b: {d: 2, c: 1}, a: 1}],
  ['times', {at: '2026-11-28T12:00:00.123Z'}, {at: '2025-01-02 03:04:05+01:00'}],
  ['times of HTTP', 'Sat, 28 Nov 2026 12:00:00 GMT', 'Fri, 02 Jan 2026 03:04:05 GMT'],
  ['milliseconds and seconds near now', [nowMs, nowMs / 1000], [nowMs - 5000, Math.floor(nowMs / 1000) + 5]],
  ['ids', {id: randomUUID()}, {id: randomUUID()}],
] as const)
  test(`${what} are no difference`, (t) => {
    t.deepEqual(differences(a, b), [])
  })

test('numbers that are times of long ago are compared', (t) => {
  t.deepEqual(differences(nowMs - 2 * 86_400_000, nowMs), [`: ${nowMs - 2 * 86_400_000}, a time`])
})

test('ignored fields are left out, wherever a pattern says', (t) => {
  const a = {items: [{id: 1, deep: {stamp: 1}}], stamp: 1, kept: 1}
  const b = {items: [{id: 2, deep: {stamp: 2}}], stamp: 2, kept: 2}
  t.deepEqual(differences(a, b, {ignored: ['items.*.id', '**.stamp']}), ['kept: 1, 2'])
  t.deepEqual(differences([1, 2], [3], {ignored: ['*']}), [])
})

test('of arrays that are named the order does not matter, and what is in only one is told', (t) => {
  const a = {tags: [{n: 'b', at: '2026-01-02T03:04:05Z'}, {n: 'a'}], list: [1, 2]}
  const b = {tags: [{n: 'a'}, {n: 'b', at: '2026-05-06T03:04:05Z'}], list: [2, 1]}
  t.deepEqual(differences(a, b, {unordered: ['tags', 'list']}), [])
  t.deepEqual(differences([1, [2, 3]], [[3, 2], 1], {unordered: ['**']}), [])
  t.deepEqual(differences({l: [{n: 1}, {n: 2}, {n: 3}]}, {l: [{n: 3}, {n: 4}, {n: 1}]}, {unordered: ['l']}), [
    'l.*.n: 2, 4',
  ])
})

for (const [pattern, field, expected] of [
  ['a.b', 'a.b', true],
  ['a.*', 'a.b', true],
  ['a.*', 'a', false],
  ['a.*', 'a.b.c', false],
  ['**.c', 'a.b.c', true],
  ['**.c', 'c', true],
  ['a.**', 'a.b.c', true],
  ['a.**.c', 'a.c', true],
  ['a', 'b', false],
] as const)
  test(`${pattern} ${expected ? 'means' : 'does not mean'} ${field}`, (t) => {
    t.is(matchesField(pattern, field.split('.')), expected)
  })

const seed = Number(process.env['IMM_TEST_FUZZ_SEED'] ?? 1)

const value = fc.letrec<{json: Json; leaf: Json}>((tie) => ({
  leaf: fc.oneof(
    fc.string({maxLength: 8}),
    fc.integer({max: 1_000_000}),
    fc.boolean(),
    fc.constant(null),
    fc.constantFrom('2026-01-02T03:04:05Z', '0b7e2b1c-3b0e-4a53-9d4f-0a1b2c3d4e5f', nowMs),
  ),
  json: fc.oneof(
    {maxDepth: 4},
    tie('leaf'),
    fc.array(tie('json'), {maxLength: 4}),
    fc.dictionary(fc.string({minLength: 1, maxLength: 4}), tie('json'), {maxKeys: 4}),
  ),
})).json

/** The same JSON as another answer would have it: other times and ids, keys in another order, ignored fields of any content. */
const elsewhere = (json: Json, random: () => number): Json => {
  if (json === '2026-01-02T03:04:05Z') return new Date(Math.floor(random() * nowMs)).toISOString()
  if (json === '0b7e2b1c-3b0e-4a53-9d4f-0a1b2c3d4e5f') return randomUUID()
  if (json === nowMs) return nowMs - Math.floor(random() * 60_000)
  if (Array.isArray(json)) return json.map((each: Json) => elsewhere(each, random))
  if (typeof json !== 'object' || json === null) return json
  const entries = Object.entries(json).map(([key, each]): [string, Json] => [key, elsewhere(each, random)])
  if (random() < 0.5) entries.push(['ignored!', Math.floor(random() * 1000)])
  return Object.fromEntries(entries.toSorted(() => random() - 0.5))
}

test('JSON that is the same but for what is left out has no differences', (t) => {
  fc.assert(
    fc.property(
      value,
      fc.infiniteStream(fc.double({min: 0, max: 1, noNaN: true, maxExcluded: true})),
      (json, stream) => {
        const random = (): number => Number(stream.next().value)
        t.deepEqual(differences(json, elsewhere(json, random), {ignored: ['**.ignored!']}), [])
      },
    ),
    {seed, numRuns: 300},
  )
})

test('JSON that differs in one leaf has one difference, and names its place', (t) => {
  fc.assert(
    fc.property(value, fc.array(fc.constantFrom('a', 'b'), {minLength: 1, maxLength: 4}), (json, steps) => {
      const within = (leaf: Json) => steps.reduce<Json>((inner, step) => ({[step]: inner, beside: json}), leaf)
      t.deepEqual(differences(within('one'), within('other')), [`${steps.toReversed().join('.')}: "one", "other"`])
    }),
    {seed, numRuns: 300},
  )
})
