import test from 'ava'

import type {ParityException, ParitySettings} from '../../../src/config/parity.ts'
import {applyPolicy} from '../../../src/parity/policy/apply.ts'
import type {Finding, ParityReport} from '../../../src/parity/report/finding.ts'
import {finding, now, report, rules} from '../report/reports.ts'

const place = {file: 'imm.yaml', line: 7}

const exception = (rule: string, rest: Partial<ParityException> = {}): ParityException => ({
  rule,
  subject: undefined,
  reason: 'staging follows',
  until: undefined,
  place,
  ...rest,
})

const applied = (
  findings: readonly Finding[],
  settings: Partial<Pick<ParitySettings, 'rules' | 'exceptions'>>,
  rest: Partial<ParityReport> = {},
): readonly Finding[] =>
  applyPolicy(report(findings, rest), {settings: {rules: {}, exceptions: [], ...settings}, rules, now}).findings

const severitiesOf = (findings: readonly Finding[]) => findings.map(({rule, severity}) => `${rule} ${severity}`)

const openssl = finding('os.package.version', 'openssl')
const zlib = finding('os.package.missing', 'zlib', {severity: 'error'})

test('without a policy findings stay as they are, but for those of rules that are off', (t) => {
  t.deepEqual(applied([openssl, zlib, finding('image.digest', 'image')], {}), [openssl, zlib])
})

test('of several patterns the longest counts, wherever it stands', (t) => {
  const wanted = {'os.package.version': 'note', 'os.*': 'error', 'os.package.*': 'warning', '*': 'off'} as const
  t.deepEqual(severitiesOf(applied([openssl, zlib, finding('files.content', '/a')], {rules: wanted})), [
    'os.package.version note',
    'os.package.missing warning',
  ])
})

test('a rule that is off is switched on by its name alone', (t) => {
  const digest = finding('image.digest', 'image', {severity: 'note'})
  t.deepEqual(applied([digest], {rules: {'image.*': 'error', '*': 'error'}}), [])
  t.deepEqual(severitiesOf(applied([digest], {rules: {'image.digest': 'error'}})), ['image.digest error'])
})

test('an exception allows what fits its rule and subject, until the end of its last day', (t) => {
  const exceptions = [exception('os.*', {subject: 'open*', until: '2026-11-28'})]
  const [first, second, ...others] = applied([openssl, zlib], {exceptions})
  t.deepEqual(first?.exception, {reason: 'staging follows', until: '2026-11-28'})
  t.is(second?.exception, undefined)
  t.deepEqual(others, [])
})

test('an exception that has expired is an error, and what it allowed counts again', (t) => {
  const exceptions = [exception('os.*', {subject: 'open*', until: '2026-11-27'})]
  const [first, expired, ...others] = applied([openssl], {exceptions})
  t.is(first?.exception, undefined)
  t.like(expired, {rule: 'policy.exception-expired', severity: 'error', subject: 'os.* open*', place})
  t.regex(expired?.message ?? '', /expired after 2026-11-27 \(staging follows\); what it allowed counts again/)
  t.deepEqual(others, [])
})

test('an exception for a directory allows the files below it, however many differ, and one of another rule is exact', (t) => {
  const exceptions = [exception('files.content', {subject: '/app'}), exception('run.*', {subject: '/data'})]
  const findings = [
    finding('files.content', '/app'),
    finding('files.content', '/app/a.js'),
    finding('files.content', '/app2/a.js'),
    finding('files.content', '/'),
    finding('run.mounts', '/data/cache'),
  ]
  const allowed = applied(findings, {exceptions}).filter((each) => each.exception !== undefined)
  t.deepEqual(
    allowed.map(({subject}) => subject),
    ['/app', '/app/a.js'],
  )
})

test('an exception that has expired fails also where nothing fits it any more, and says so only if that was looked for', (t) => {
  const exceptions = [exception('os.*', {until: '2026-11-27'})]
  t.regex(applied([], {exceptions})[0]?.message ?? '', /nothing fits it any more$/)
  t.regex(applied([], {exceptions}, {compared: ['files']})[0]?.message ?? '', /\(staging follows\)$/)
})

test('a later exception for the same allows what an expired one did', (t) => {
  const exceptions = [exception('os.*', {until: '2026-01-01'}), exception('os.package.version')]
  t.deepEqual(applied([openssl], {exceptions})[0]?.exception, {reason: 'staging follows'})
})

test('an exception that fits nothing is a note, where all that it could fit was compared', (t) => {
  const exceptions = [exception('os.package.version', {subject: 'curl'})]
  t.like(applied([openssl], {exceptions})[1], {
    rule: 'policy.exception-unused',
    severity: 'note',
    subject: 'os.package.version curl',
    place,
  })
  t.deepEqual(applied([openssl], {exceptions}, {compared: ['files']}), [openssl])
  t.deepEqual(applied([openssl], {exceptions: [exception('lint.*')]}), [openssl], 'another command looks for these')
  t.deepEqual(applied([openssl], {exceptions: [exception('os.pakage.*')]}), [openssl], 'told of as unknown')
})

test('what the policy finds can be set as every rule', (t) => {
  const exceptions = [exception('os.*', {until: '2026-01-01'}), exception('files.*')]
  const wanted = {'policy.exception-expired': 'warning', 'policy.exception-unused': 'off'} as const
  t.deepEqual(severitiesOf(applied([], {exceptions, rules: wanted})), ['policy.exception-expired warning'])
})

const base = finding('image.base', 'node:24')
const cause = {rule: base.rule, subject: base.subject}

test('a cause is as severe as the worst that it brings, also by others', (t) => {
  const brought = {...openssl, cause}
  const further = {...zlib, cause: {rule: openssl.rule, subject: openssl.subject}}
  t.deepEqual(severitiesOf(applied([base, brought, further], {})), [
    'image.base error',
    'os.package.version error',
    'os.package.missing error',
  ])
})

test('what is allowed makes its cause no worse', (t) => {
  const findings = [base, {...zlib, cause}]
  t.is(applied(findings, {exceptions: [exception('os.package.missing')]})[0]?.severity, 'warning')
})

test('what is brought by a finding that is off counts for itself', (t) => {
  const findings = applied([base, {...openssl, cause}], {rules: {'image.base': 'off'}})
  t.deepEqual(findings, [openssl])
})

test('causes that go round in a circle end', (t) => {
  const a = {...base, cause: {rule: openssl.rule, subject: openssl.subject}}
  t.deepEqual(severitiesOf(applied([a, {...openssl, cause}], {})), ['image.base warning', 'os.package.version warning'])
})
