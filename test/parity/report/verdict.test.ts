import test from 'ava'

import {countsOf, type FailOn, verdictOf} from '../../../src/parity/report/verdict.ts'
import {finding} from './reports.ts'

const warning = finding('os.package.version', 'openssl')
const allowed = finding('files.content', '/a', {severity: 'error', exception: {reason: 'x'}})
const brought = finding('files.content', '/b', {severity: 'error', cause: {rule: 'image.base', subject: 'x'}})

const verdict = (findings: Parameters<typeof countsOf>[0], failOn: FailOn, incomplete = false) =>
  verdictOf({findings}, failOn, incomplete)

test('nothing that counts is the same', (t) => {
  t.is(verdict([], 'note'), 'same')
  t.is(verdict([allowed, brought], 'note'), 'same')
})

test('a finding at or above the limit makes it different, one below does not', (t) => {
  t.is(verdict([warning], 'note'), 'different')
  t.is(verdict([warning], 'warning'), 'different')
  t.is(verdict([warning], 'error'), 'below')
  t.is(verdict([warning], 'never'), 'below')
})

test('what could not be compared is never the same, nor below the limit', (t) => {
  t.is(verdict([], 'error', true), 'incomplete')
  t.is(verdict([warning], 'never', true), 'incomplete')
})

test('a difference stays one where something else could not be compared', (t) => {
  t.is(verdict([warning], 'warning', true), 'different')
})

test('counts tell what counts, what is allowed, and what is brought', (t) => {
  t.deepEqual(countsOf([warning, allowed, brought, {...warning, severity: 'note'}]), {
    error: 0,
    warning: 1,
    note: 1,
    allowed: 1,
    brought: 1,
  })
})
