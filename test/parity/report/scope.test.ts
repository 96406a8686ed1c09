import test from 'ava'

import type {SideFacts} from '../../../src/parity/facts.ts'
import {isIncomplete, scoped} from '../../../src/parity/report/scope.ts'
import {finding, report, rules} from './reports.ts'

const side = (...gaps: SideFacts['gaps']): SideFacts => ({name: 'image:shop:1', gaps})
const run = {area: 'run', reason: 'image:shop:1 does not say how it is run'}
const packages = {area: 'packages', reason: 'damaged'}

test('areas that are asked for are left alone with what the policy finds', (t) => {
  const expired = finding('policy.exception-expired', 'os.*')
  const os = finding('os.package.version', 'openssl')
  const whole = report([expired, os, finding('files.content', '/a')], {uncompared: [run, packages]})
  t.is(scoped(whole, [], rules).findings.length, 3)
  t.like(scoped(whole, ['os'], rules), {findings: [expired, os], compared: ['os'], uncompared: [packages]})
})

test('that a side of its kind has no such part is no failure, unless it was asked for', (t) => {
  t.false(isIncomplete({compared: ['image'], uncompared: [run]}, [], [side(), side()]))
  t.true(isIncomplete({compared: [], uncompared: [run]}, ['run'], [side(), side()]))
  t.true(isIncomplete({compared: ['image'], uncompared: []}, ['image', 'web'], [side(), side()]), 'no side has it')
})

test('an area that was asked for and that neither side has is told with its reason, as is that nothing is left to compare', (t) => {
  const one = report([], {compared: ['image'], uncompared: [packages]})
  const reasons = (only: readonly string[], of = one) => scoped(of, only, rules).uncompared.map(({reason}) => reason)
  const [damaged, web] = reasons(['web', 'os'])
  t.is(damaged, packages.reason)
  t.regex(web ?? '', /^neither side is asked for an answer: name URLs/)
  t.regex(reasons(['run']).join(), /^neither side says how it is run: name what runs it, as compose:FILE#service, /)
  t.regex(reasons(['runtimes']).join(), /^neither image has Node\.js, Python, Ruby, Java or a program of Go$/)
  const noImages = report([], {compared: ['web'], uncompared: []})
  for (const area of ['image', 'os', 'files', 'dependencies'])
    t.regex(reasons([area], noImages).join(), /^neither side has an image: name one, as image:REF/)
  t.regex(reasons(['config'], noImages).join(), /^neither side has an image or says how it is run: /)
  t.deepEqual(scoped(one, [], rules).uncompared, [packages])
  const none = report([], {compared: [], uncompared: []})
  t.deepEqual(scoped(none, [], rules).uncompared, [{area: 'sides', reason: 'the two have nothing in common'}])
})

test('what a side has and could not be read is a failure, unless other areas were asked for', (t) => {
  const sides = [side(), side({part: 'packages', reason: 'damaged'})]
  t.true(isIncomplete({compared: ['image'], uncompared: [packages]}, [], sides))
  t.true(isIncomplete({compared: ['image'], uncompared: [{...packages, area: 'os'}]}, [], sides), 'as it is told')
  t.false(isIncomplete({compared: ['files'], uncompared: []}, ['files'], sides))
  const without = [side(), side({part: 'image', reason: 'not here'})]
  t.true(isIncomplete({compared: ['run'], uncompared: [{area: 'files', reason: 'not here'}]}, [], without))
})

test('an unknown base leaves nothing uncompared, and no area at all compares nothing', (t) => {
  const base = {area: 'base', reason: 'not said'}
  t.false(
    isIncomplete({compared: ['image'], uncompared: [base]}, ['image'], [side({part: 'base', reason: 'not said'})]),
  )
  t.false(isIncomplete({compared: ['image'], uncompared: [base]}, [], [side({part: 'base', reason: 'not said'})]))
  t.true(isIncomplete({compared: [], uncompared: []}, [], [side(), side()]))
})
