import test from 'ava'

import {pathFits, ruleFits, subjectFits} from '../../../src/parity/policy/pattern.ts'

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

test('a directory means itself and what is below it, and nothing whose name only begins so', (t) => {
  for (const directory of ['/app', '/app/', '/app/*', '/app/**']) {
    for (const subject of ['/app', '/app/a.js', '/app/src/b.js'])
      t.true(pathFits(directory, subject), `${directory} ${subject}`)
    for (const subject of ['/application', '/', '/srv/app', 'files of curl'])
      t.false(pathFits(directory, subject), `${directory} ${subject}`)
  }
  t.false(pathFits('/app/a.js', '/app'), 'of more files than that')
  t.false(pathFits('/', '/app'))
  t.true(pathFits('/app/*.js', '/app/src/b.js'))
  t.true(pathFits('/*', '/app') && pathFits(undefined, '/app') && pathFits('files of *', 'files of curl'))
})
