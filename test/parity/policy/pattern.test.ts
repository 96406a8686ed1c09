import test from 'ava'

import {ruleFits, subjectFits} from '../../../src/parity/policy/pattern.ts'

test('a rule is meant by its name, or by the beginning of some', (t) => {
  t.true(ruleFits('os.package.version', 'os.package.version'))
  t.true(ruleFits('os.*', 'os.package.version'))
  t.true(ruleFits('*', 'os.package.version'))
  t.false(ruleFits('os.package', 'os.package.version'))
  t.false(ruleFits('os.*', 'osx.package'))
})

test('a subject is meant by a glob, whose other signs are themselves', (t) => {
  t.true(subjectFits(undefined, 'anything'))
  t.true(subjectFits('/app/*', '/app/a/b.js'))
  t.true(subjectFits('lib?', 'lib3'))
  t.true(subjectFits('a.b+c(d)[e]', 'a.b+c(d)[e]'))
  t.true(subjectFits('*', 'two\nlines'))
  t.false(subjectFits('a.b', 'aXb'))
  t.false(subjectFits('/app', '/app/x'))
  t.false(subjectFits('lib?', 'lib'))
})

test('a glob of many stars takes no longer than one', (t) => {
  const startedMs = performance.now()
  t.false(subjectFits(`${'*'.repeat(200)}x`, 'a'.repeat(10_000)))
  t.true(performance.now() - startedMs < 1000)
})
