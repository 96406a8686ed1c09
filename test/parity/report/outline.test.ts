import test from 'ava'

import {broughtText, outlineOf} from '../../../src/parity/report/outline.ts'
import {finding, report, rules} from './reports.ts'

const base = finding('image.base', 'node:24')
const cause = {rule: base.rule, subject: base.subject}

test('findings are told by area, the worst first, then by rule and subject', (t) => {
  const findings = [
    finding('os.package.version', 'zlib'),
    finding('os.package.version', 'openssl'),
    finding('os.package.missing', 'curl', {severity: 'error'}),
    finding('unheard.of', 'x'),
    base,
  ]
  const told = outlineOf(report(findings), rules).groups.map(({area, entries}) => [
    area,
    ...entries.map(({finding: {subject}}) => subject),
  ])
  t.deepEqual(told, [
    ['image', 'node:24'],
    ['os', 'curl', 'openssl', 'zlib'],
    ['behaviour', 'x'],
  ])
})

test('what is brought is told with its first cause, and what is allowed apart', (t) => {
  const openssl = finding('os.package.version', 'openssl', {cause})
  const further = finding('files.content', '/lib/x', {cause: {rule: openssl.rule, subject: openssl.subject}})
  const allowed = finding('config.env.value', 'LOG', {exception: {reason: 'x'}})
  const {groups, allowed: apart} = outlineOf(report([further, openssl, allowed, base]), rules)
  t.deepEqual(groups, [{area: 'image', entries: [{finding: base, brought: [openssl, further]}]}])
  t.deepEqual(apart, [{finding: allowed, brought: []}])
  const [entry] = groups[0]?.entries ?? []
  t.is(entry && broughtText(entry, rules), 'brings 2 others (1 in os, 1 in files)')
  t.is(broughtText({finding: base, brought: []}, rules), undefined)
  t.is(broughtText({finding: base, brought: [openssl]}, rules), 'brings 1 other (1 in os)')
})
