import {withoutControls} from '../../controls.ts'
import {atLeast} from '../../policy/severity.ts'
import {areaOf, areas, broughtText, type Entry, type Outline, outlineOf} from '../outline.ts'
import {type Rendering, sentencesOf} from '../rendering.ts'

interface Suite {
  area: string
  cases: string[]
  failures: number
  errors: number
  /** what differs and is below the limit */
  told: string[]
}

/**
 * JUnit XML: a suite for each area, a test for each finding. At or above the limit it fails, allowed it passes, below it is told in the
 * suite's output; what could not be compared is an error. As Ant's schema wants it, which Jenkins, GitLab and the like read as well.
 */
export const junit = (rendering: Rendering): string => {
  const {report, rules, now, place} = rendering
  const outline = outlineOf(report, rules)
  const shown = areas.filter(
    (area) =>
      report.compared.includes(area) ||
      outline.groups.some((group) => group.area === area) ||
      outline.allowed.some(({finding}) => areaOf(finding.rule, rules) === area),
  )
  const others = report.uncompared.map(({area}) => area).filter((area) => !shown.some((one) => one === area))
  const suites = [...shown, ...new Set(others)].map((area) => suiteOf(area, outline, rendering))
  const timestamp = now.toISOString().slice(0, 19)
  const texts = suites.map(({area, cases, failures, errors, told}, id) => {
    const counts = `tests="${cases.length}" failures="${failures}" errors="${errors}" time="0"`
    return [
      `  <testsuite id="${id}" package="imm" name=${quoted(`imm ${report.command}: ${area}`)} timestamp="${timestamp}" hostname="localhost" ${counts}>`,
      '    <properties>',
      `      <property name="a" value=${quoted(report.a.name)}/>`,
      ...(report.b ? [`      <property name="b" value=${quoted(report.b.name)}/>`] : []),
      `      <property name="place" value=${quoted(place.path)}/>`,
      '    </properties>',
      ...cases.map((each) => `    ${each}`),
      `    <system-out>${escaped(told.join('\n'))}</system-out>`,
      '    <system-err></system-err>',
      '  </testsuite>',
    ].join('\n')
  })
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites>', ...texts, '</testsuites>', ''].join('\n')
}

const suiteOf = (area: string, {groups, allowed}: Outline, rendering: Rendering): Suite => {
  const {report, rules, failOn, verdict} = rendering
  const suite: Suite = {area, cases: [], failures: 0, errors: 0, told: []}
  for (const entry of groups.find((group) => group.area === area)?.entries ?? []) {
    if (failOn === 'never' || !atLeast(entry.finding.severity, failOn)) {
      suite.told.push(textOf(entry, rendering))
      continue
    }
    const {rule, message} = entry.finding
    const failure = `<failure type=${quoted(rule)} message=${quoted(message)}>${escaped(textOf(entry, rendering))}</failure>`
    suite.cases.push(testCase(entry.finding.subject, rule, failure))
    suite.failures += 1
  }
  for (const {finding} of allowed.filter((entry) => areaOf(entry.finding.rule, rules) === area)) {
    suite.cases.push(testCase(finding.subject, finding.rule, ''))
    suite.told.push(`allowed: ${finding.message} (${finding.exception?.reason ?? ''})`)
  }
  for (const {reason} of report.uncompared.filter((one) => one.area === area)) {
    suite.told.push(`not compared: ${reason}`)
    if (verdict !== 'incomplete') continue
    suite.cases.push(testCase(area, area, `<error type="uncompared" message=${quoted(reason)}/>`))
    suite.errors += 1
  }
  if (suite.cases.length === 0) suite.cases.push(testCase(area, area, ''))
  return suite
}

const testCase = (name: string, rule: string, inner: string): string => {
  const head = `<testcase classname=${quoted(`imm.${rule}`)} name=${quoted(name)} time="0"`
  return inner === '' ? `${head}/>` : `${head}>${inner}</testcase>`
}

const textOf = (entry: Entry, {rules}: Rendering): string => {
  const {rule, severity, details = []} = entry.finding
  const more = broughtText(entry, rules)
  return [
    `${severity} ${rule}: ${sentencesOf(entry.finding)}`,
    ...details.map((each) => `  ${each}`),
    ...(more ? [`  ${more}`] : []),
  ].join('\n')
}

/** XML 1.0 has no way to write control characters, not even as a reference. */
const escaped = (text: string): string =>
  withoutControls(text)
    .replaceAll(/[\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;')

/** In an attribute a line break or tab would become a blank. */
const quoted = (text: string): string =>
  `"${escaped(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}"`
