import test from 'ava'

import {sarif} from '../../../../src/parity/report/formats/sarif.ts'
import {finding, hostile, hostileReport, rendering, report} from '../reports.ts'
import {sarifMistakes} from './sarif-schema.ts'

interface Sarif {
  runs: {
    tool: {driver: {rules: {id: string; help: {text: string}}[]}}
    invocations: {
      executionSuccessful: boolean
      toolExecutionNotifications: {level: string; message: {text: string}}[]
    }[]
    results: Result[]
  }[]
}

interface Result {
  ruleId: string
  ruleIndex: number
  level: string
  message: {text: string}
  locations: {physicalLocation: {artifactLocation: {uri: string}; region: {startLine: number}}}[]
  partialFingerprints: Record<string, string>
  suppressions?: {justification: string}[]
  properties: {brought?: unknown[]}
}

const written = (...given: Parameters<typeof rendering>) => {
  const [run] = (JSON.parse(sarif(rendering(...given))) as Sarif).runs
  if (!run) throw new Error('no run')
  return run
}

const mistakes = sarifMistakes()

test('what is written fits the published schema, whatever the names', (t) => {
  t.deepEqual(mistakes(JSON.parse(sarif(rendering(hostileReport)))), [])
  t.deepEqual(mistakes(JSON.parse(sarif(rendering(report([]))))), [])
  const away = {place: {path: 'image:shop:1', isFile: false}, verdict: 'incomplete'} as const
  t.deepEqual(mistakes(JSON.parse(sarif(rendering(report([finding('files.content', '/a')]), away)))), [])
  t.true(mistakes({version: '2.1.0', runs: [{}]}).length > 0, 'the schema refuses something')
})

test('each finding has its rule with help, its level and its place', (t) => {
  const {tool, results} = written(hostileReport)
  const [base] = results
  t.like(base, {ruleId: 'image.base', level: 'error'})
  t.is(base?.message.text, 'node:24 differs. Pull it.\nIt brings 2 others (2 in os).')
  t.deepEqual(base?.locations[0]?.physicalLocation, {
    artifactLocation: {uri: 'Dockerfile'},
    region: {startLine: 1},
  })
  for (const {ruleId, ruleIndex} of results) t.is(tool.driver.rules[ruleIndex]?.id, ruleId)
  t.is(tool.driver.rules.find(({id}) => id === 'image.base')?.help.text, 'What to do about image.base.')
})

test('what is brought is kept with its cause, and what is allowed is suppressed with the reason', (t) => {
  const {results} = written(hostileReport)
  t.deepEqual(
    results.map(({ruleId}) => ruleId),
    ['image.base', 'os.package.version', 'files.content', 'config.env.value'],
  )
  t.is(results[0]?.properties.brought?.length, 2)
  t.is(results[3]?.suppressions?.[0]?.justification, `${hostile} (until 2026-12-31)`)
})

test('without a place of its own a finding is at a file of the project, or at what was compared', (t) => {
  const one = report([finding('files.content', '/a')])
  const uri = (of: ReturnType<typeof written>) => of.results[0]?.locations[0]?.physicalLocation.artifactLocation.uri
  t.is(uri(written(one)), 'Dockerfile')
  t.is(uri(written(one, {place: {path: 'compose:a b.yaml#web', isFile: false}})), 'compose:a%20b.yaml%23web')
})

test('a finding keeps its fingerprint when only its values change', (t) => {
  const prints = (message: string, subject = 'openssl') =>
    written(report([finding('os.package.version', subject, {message})])).results[0]?.partialFingerprints
  t.deepEqual(prints('is 1 and 2'), prints('is 2 and 3'))
  t.notDeepEqual(prints('is 1 and 2'), prints('is 1 and 2', 'zlib'))
})

test('what could not be compared is told, and the run is no success then', (t) => {
  const incomplete = report([], {uncompared: [{area: 'os', reason: 'damaged'}]})
  t.like(written(incomplete, {verdict: 'incomplete'}).invocations[0], {
    executionSuccessful: false,
    toolExecutionNotifications: [{level: 'error', message: {text: 'os was not compared: damaged'}}],
  })
  t.true(written(incomplete, {verdict: 'same'}).invocations[0]?.executionSuccessful)
})
