import test from 'ava'

import {isWanted} from '../../src/preview/branches.ts'

const chosen = (patterns: readonly string[], branches: readonly string[]) =>
  branches.filter((branch) => isWanted(branch, patterns))

test('a star is any text, slashes included', (t) => {
  const branches = ['main', 'feature/a', 'feature/a/b', 'feature', 'fix-feature/a']
  t.deepEqual(chosen(['*'], branches), branches)
  t.deepEqual(chosen(['feature/*'], branches), ['feature/a', 'feature/a/b'])
  t.deepEqual(chosen(['feature/**'], branches), ['feature/a', 'feature/a/b'])
  t.deepEqual(chosen(['*/a'], branches), ['feature/a', 'fix-feature/a'])
  t.deepEqual(chosen(['f*e/*b'], branches), ['feature/a/b'])
})

test('the last pattern that matches decides', (t) => {
  const branches = ['main', 'wip/a', 'wip/shown', 'x']
  t.deepEqual(chosen(['*', '!main', '!wip/*', 'wip/shown'], branches), ['wip/shown', 'x'])
  t.deepEqual(chosen(['x', '!*'], branches), [])
})

test('where the first takes out, all others are in; where none matches, nothing is', (t) => {
  t.deepEqual(chosen(['!main'], ['main', 'x']), ['x'])
  t.deepEqual(chosen(['y'], ['main', 'x']), [])
  t.deepEqual(chosen([], ['main', 'x']), [])
})

test('all but stars and question marks mean themselves', (t) => {
  t.deepEqual(chosen(['a.b+(c)'], ['a.b+(c)', 'axb+(c)']), ['a.b+(c)'])
  t.deepEqual(chosen(['v?'], ['v1', 'v', 'v10', 'v😀']), ['v1', 'v😀'])
  t.deepEqual(chosen(['ä*'], ['äb', 'ab']), ['äb'])
})

test('a pattern of many stars takes no longer for it', (t) => {
  const startMs = performance.now()
  t.false(isWanted('a'.repeat(200), [`${'*a'.repeat(60)}*b`]))
  t.true(performance.now() - startMs < 1000)
})
