import test from 'ava'

import type {ExpectSettings} from '../../../src/config/settings.ts'
import {jsonMismatch} from '../../../src/lifecycle/gates/json.ts'
import {mismatch} from '../../../src/lifecycle/gates/match.ts'
import {createTail} from '../../../src/lifecycle/gates/tail.ts'

const answer = {
  outcome: 'answer',
  status: 200,
  headers: {'content-type': 'application/json; charset=utf-8', etag: '"abc"'},
  body: '{"status":"ok","items":[{"id":7,"price":3}]}',
} as const

const expecting = (more: Partial<ExpectSettings>): ExpectSettings => ({
  status: [{from: 200, to: 299}],
  text: [],
  match: [],
  json: undefined,
  headers: {},
  ...more,
})

const right: Record<string, Partial<ExpectSettings>> = {
  'its status alone': {},
  'one of several statuses': {
    status: [
      {from: 404, to: 404},
      {from: 200, to: 200},
    ],
  },
  'texts of the body': {text: ['"ok"', '"price"']},
  'patterns of the body': {match: ['"id":\\d', '^\\{']},
  'a part of its JSON': {json: {value: {items: [{id: 7}]}}},
  'headers that are there, contain, match, and are not there': {
    headers: {etag: true, 'content-type': {contains: 'json'}, 'x-powered-by': false, constructor: false},
  },
  'a header that matches': {headers: {etag: {match: '^"[a-c]+"$'}}},
}

for (const [what, expect] of Object.entries(right))
  test(`an answer is right by ${what}`, (t) => {
    t.is(mismatch(answer, expecting(expect)), undefined)
  })

const wrong: [what: string, expect: Partial<ExpectSettings>, said: string][] = [
  ['a status', {status: [{from: 201, to: 201}]}, 'expected status 201, got 200'],
  [
    'ranges of statuses',
    {
      status: [
        {from: 300, to: 399},
        {from: 401, to: 403},
      ],
    },
    'expected status 3xx or 401-403, got 200',
  ],
  ['a text', {text: ['"ok"', 'absent']}, `expected a body that contains "absent", got ${JSON.stringify(answer.body)}`],
  ['a pattern', {match: ['^ok$']}, `expected a body that matches /^ok$/, got ${JSON.stringify(answer.body)}`],
  ['a part of JSON', {json: {value: {status: 'down'}}}, 'status: expected "down", got "ok"'],
  ['a header that is not there', {headers: {'x-a': true}}, 'expected a header x-a, got none'],
  ['a header that is there', {headers: {etag: false}}, String.raw`expected no header etag, got "\"abc\""`],
  [
    'a part of a header',
    {headers: {'content-type': {contains: 'html'}}},
    'expected header content-type to contain "html", got "application/json; charset=utf-8"',
  ],
  ['a pattern of a header', {headers: {vary: {match: '.'}}}, 'expected header vary to match /./, got none'],
]

for (const [what, expect, said] of wrong)
  test(`an answer that lacks ${what} says what was expected and what came`, (t) => {
    t.is(mismatch(answer, expecting(expect)), said)
  })

test('what is no JSON is said to be none, and a long body is cut', (t) => {
  const json = {value: {}}
  t.is(mismatch({...answer, body: '<html>'}, expecting({json})), 'expected JSON, got "<html>"')
  t.is(mismatch({...answer, body: ''}, expecting({json})), 'expected JSON, got an empty one')
  const said = mismatch({...answer, body: 'x'.repeat(1000)}, expecting({text: ['y']})) ?? ''
  t.true(said.length < 150 && said.endsWith('x…'), said)
})

const has: [value: unknown, expected: unknown][] = [
  [{a: 1, b: 2}, {a: 1}],
  [{a: {b: {c: null}}}, {a: {b: {c: null}}}],
  [
    [1, {a: 1, b: 2}],
    [1, {b: 2}],
  ],
  [{a: 1}, {}],
  [null, null],
  [[], []],
  [
    {s: 'x', n: 1.5, b: false, l: [1], m: {a: 1}, x: null},
    {s: '<string>', n: '<number>', b: '<boolean>', l: '<list>', m: '<map>', x: '<any>'},
  ],
]

for (const [value, expected] of has)
  test(`${JSON.stringify(value)} has ${JSON.stringify(expected)}`, (t) => {
    t.is(jsonMismatch(value, expected), undefined)
  })

const lacks: [value: unknown, expected: unknown, said: string][] = [
  [{a: 1}, {b: 1}, 'b: expected 1, got nothing'],
  [{a: 1}, {a: '1'}, 'a: expected "1", got 1'],
  [{a: {b: [{c: 1}]}}, {a: {b: [{c: 2}]}}, 'a.b[0].c: expected 2, got 1'],
  [[1, 2], [1], 'expected 1 items, got 2'],
  [{a: []}, {a: [1]}, 'a: expected 1 items, got 0'],
  [{a: {}}, {a: []}, 'a: expected a list, got {}'],
  [{a: []}, {a: {}}, 'a: expected a map, got []'],
  [null, {}, 'expected a map, got null'],
  [{a: 1}, {a: '<string>'}, 'a: expected <string>, got 1'],
  [{a: null}, {a: '<map>'}, 'a: expected <map>, got null'],
  [{a: [1]}, {a: '<map>'}, 'a: expected <map>, got [1]'],
  [{}, {a: '<any>'}, 'a: expected "<any>", got nothing'],
  [{}, {toString: '<any>'}, 'toString: expected "<any>", got nothing'],
  ['<number>', 5, 'expected 5, got "<number>"'],
]

for (const [value, expected, said] of lacks)
  test(`${JSON.stringify(value)} lacks ${JSON.stringify(expected)}`, (t) => {
    t.is(jsonMismatch(value, expected), said)
  })

test('of a long output the last twenty lines are kept, each of a bounded length', (t) => {
  const tail = createTail()
  for (let line = 1; line <= 1000; line++) tail.add(`${line}`)
  tail.add('x'.repeat(100_000))
  t.is(tail.lines.length, 20)
  t.is(tail.lines[0], '982')
  t.is(tail.lines.at(-1)?.length, 500)
})
