import test from 'ava'

import {gitlab} from '../../../../src/parity/report/formats/gitlab.ts'
import {finding, hostileReport, rendering, report} from '../reports.ts'

interface Issue {
  description: string
  check_name: string
  fingerprint: string
  severity: string
  location: {path: string; lines: {begin: number}}
}

const written = (...given: Parameters<typeof rendering>) => JSON.parse(gitlab(rendering(...given))) as Issue[]

test('each finding has what GitLab documents, and nothing else', (t) => {
  for (const {description, check_name, fingerprint, severity, location, ...others} of written(hostileReport)) {
    t.deepEqual(others, {})
    t.true(description !== '' && check_name !== '')
    t.regex(fingerprint, /^[0-9a-f]{64}$/)
    t.true(['info', 'minor', 'major', 'critical', 'blocker'].includes(severity))
    t.is(typeof location.path, 'string')
    t.true(Number.isInteger(location.lines.begin) && location.lines.begin > 0)
  }
})

test('fingerprints tell findings apart, and allowed ones are left out', (t) => {
  const issues = written(hostileReport)
  t.is(issues.length, 3)
  t.is(new Set(issues.map(({fingerprint}) => fingerprint)).size, 3)
})

test('severities, places and what a cause brings are told', (t) => {
  const brought = finding('files.content', '/b', {cause: {rule: 'image.base', subject: 'x'}})
  const findings = [
    finding('image.base', 'x', {severity: 'error', next: 'Pull it.'}),
    brought,
    finding('files.content', '/a', {severity: 'note', place: {file: 'src/a.ts', line: 7}}),
  ]
  t.like(written(report(findings)), [
    {
      description: 'x differs. Pull it. It brings 1 other (1 in files).',
      severity: 'critical',
      location: {path: 'Dockerfile', lines: {begin: 1}},
    },
    {check_name: 'files.content', severity: 'info', location: {path: 'src/a.ts', lines: {begin: 7}}},
  ])
})

test('what was to be compared and could not be is the first to be told, what a side does not have is left out', (t) => {
  const one = report([finding('files.content', '/a')], {uncompared: [{area: 'os', reason: 'damaged'}]})
  t.is(written(one, {verdict: 'below'}).length, 1)
  t.like(written(one, {verdict: 'incomplete'}), [
    {
      description: 'os could not be compared: damaged',
      check_name: 'uncompared',
      severity: 'blocker',
      location: {path: 'Dockerfile', lines: {begin: 1}},
    },
    {check_name: 'files.content'},
  ])
})
