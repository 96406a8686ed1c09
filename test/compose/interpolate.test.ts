import test from 'ava'

import {interpolate, InterpolationProblem} from '../../src/compose/interpolate.ts'

const variables: Readonly<Record<string, string>> = {A: 'a', EMPTY: '', PATH_: 'x/y'}
const put = (text: string) => interpolate(text, (name) => variables[name])

test('puts values in, with defaults, alternatives and what they refer to in turn', (t) => {
  const cases: Readonly<Record<string, string>> = {
    $A: 'a',
    '${A}b': 'ab',
    '$PATH_/z': 'x/y/z',
    '${NONE:-d}': 'd',
    '${EMPTY:-d}': 'd',
    '${EMPTY-d}': '',
    '${NONE-d}': 'd',
    '${A:+other}': 'other',
    '${EMPTY:+other}': '',
    '${EMPTY+other}': 'other',
    '${NONE:-${NONE:-${A}}}!': 'a!',
    '${A:+<$A>}': '<a>',
    '$$A $${A}': '$A ${A}',
    '${A:?needed}': 'a',
    '100$$': '100$',
  }
  for (const [text, expected] of Object.entries(cases)) t.is(put(text).text, expected, text)
})

test('what is not set becomes empty, and is told', (t) => {
  t.deepEqual(put('<${NONE}$OTHER>'), {text: '<>', missing: ['NONE', 'OTHER']})
  t.deepEqual(put('${NONE:-x}').missing, [])
})

test('refuses what is no reference, and what must be set', (t) => {
  for (const text of ['$', '$1', '${', '${A', '${}', '${A!}', '${1}', '${NONE?}', '${EMPTY:?}'])
    t.throws(() => put(text), {instanceOf: InterpolationProblem}, text)
  t.throws(() => put('${NONE:?say $A}'), {message: 'NONE must be set: say a'})
})
