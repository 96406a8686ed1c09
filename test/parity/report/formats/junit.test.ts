import test from 'ava'

import {junit} from '../../../../src/parity/report/formats/junit.ts'
import {finding, hostileReport, rendering, report} from '../reports.ts'
import {junitMistakes} from './junit-schema.ts'

test('what is written fits the published schema, whatever the names', async (t) => {
  t.deepEqual(await junitMistakes(junit(rendering(hostileReport))), [])
  t.deepEqual(await junitMistakes(junit(rendering(hostileReport, {verdict: 'incomplete', failOn: 'never'}))), [])
  t.deepEqual(await junitMistakes(junit(rendering(report([])))), [])
  t.not((await junitMistakes('<testsuites><testsuite/></testsuites>')).length, 0, 'the schema refuses something')
})

test('what XML can not hold is replaced, and line breaks in attributes stay', (t) => {
  const text = junit(rendering(hostileReport))
  // oxlint-disable-next-line no-control-regex -- none of these may be left
  t.notRegex(text, /[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe]/)
  t.true(text.includes('&lt;b a=&quot;1&quot;&gt;&amp;'))
  t.true(text.includes('&#13;&#10;second'))
  t.true(text.includes(']]&gt;'))
})

test('at or above the limit a finding fails, below it is told, and what is allowed passes', (t) => {
  const findings = [
    finding('os.package.missing', 'curl', {severity: 'error', message: 'curl is missing', next: 'Add it.'}),
    finding('os.package.version', 'zlib', {message: 'zlib is older'}),
    finding('os.package.version', 'openssl', {exception: {reason: 'follows'}}),
  ]
  const text = junit(rendering(report(findings, {compared: ['os']})))
  t.true(text.includes('tests="2" failures="1" errors="0"'))
  t.true(
    text.includes(
      '<testcase classname="imm.os.package.missing" name="curl" time="0"><failure type="os.package.missing" message="curl is missing">error os.package.missing: curl is missing. Add it.</failure></testcase>',
    ),
  )
  t.true(text.includes('<testcase classname="imm.os.package.version" name="openssl" time="0"/>'))
  t.regex(text, /<system-out>warning os\.package\.version: zlib is older\.\nallowed: openssl differs \(follows\)</)
})

test('an area in which nothing differs is a test that passes', (t) => {
  const text = junit(rendering(report([], {compared: ['os', 'files']}), {verdict: 'same'}))
  t.true(text.includes('<testcase classname="imm.os" name="os" time="0"/>'))
  t.true(text.includes('<testcase classname="imm.files" name="files" time="0"/>'))
})

test('what was to be compared and could not be is an error, what a side does not have is told', (t) => {
  const one = report([], {compared: ['os'], uncompared: [{area: 'run', reason: 'not said'}]})
  t.regex(junit(rendering(one, {verdict: 'incomplete'})), /<error type="uncompared" message="not said"\/>/)
  const same = junit(rendering(one, {verdict: 'same'}))
  t.false(same.includes('<error'))
  t.true(same.includes('<system-out>not compared: not said</system-out>'))
})
