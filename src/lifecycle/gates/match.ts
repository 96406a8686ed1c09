import type {ExpectSettings} from '../../config/settings.ts'
import type {GateAnswer} from '../ports.ts'
import {jsonMismatch} from './json.ts'
import {quoted} from './quoted.ts'

type Answer = Extract<GateAnswer, {outcome: 'answer'}>

/** The first thing in which an answer is not what is expected, as `expected ..., got ...`; undefined where it is right. */
export const mismatch = (answer: Answer, expect: ExpectSettings): string | undefined =>
  statusMismatch(answer, expect) ??
  headerMismatch(answer, expect) ??
  textMismatch(answer, expect) ??
  (expect.json && bodyMismatch(answer, expect.json.value))

const statusMismatch = ({status}: Answer, {status: ranges}: ExpectSettings): string | undefined =>
  ranges.some(({from, to}) => status >= from && status <= to)
    ? undefined
    : `expected status ${ranges.map(rangeName).join(' or ')}, got ${status}`

const rangeName = ({from, to}: {from: number; to: number}): string => {
  if (from === to) return String(from)
  return from % 100 === 0 && to === from + 99 ? `${from / 100}xx` : `${from}-${to}`
}

const headerMismatch = ({headers}: Answer, {headers: expected}: ExpectSettings): string | undefined => {
  for (const [name, wanted] of Object.entries(expected)) {
    const value = Object.hasOwn(headers, name) ? headers[name] : undefined
    const got = value === undefined ? 'none' : quoted(value)
    if (wanted === false) {
      if (value !== undefined) return `expected no header ${name}, got ${got}`
    } else if (wanted === true) {
      if (value === undefined) return `expected a header ${name}, got none`
    } else if ('contains' in wanted) {
      if (!value?.includes(wanted.contains))
        return `expected header ${name} to contain ${quoted(wanted.contains)}, got ${got}`
    } else if (value === undefined || !new RegExp(wanted.match).test(value))
      return `expected header ${name} to match /${wanted.match}/, got ${got}`
  }
  return undefined
}

const textMismatch = ({body}: Answer, {text, match}: ExpectSettings): string | undefined => {
  const lacking = text.find((part) => !body.includes(part))
  if (lacking !== undefined) return `expected a body that contains ${quoted(lacking)}, got ${bodyName(body)}`
  const unmatched = match.find((pattern) => !new RegExp(pattern).test(body))
  return unmatched === undefined ? undefined : `expected a body that matches /${unmatched}/, got ${bodyName(body)}`
}

const bodyMismatch = ({body}: Answer, expected: unknown): string | undefined => {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    return `expected JSON, got ${bodyName(body)}`
  }
  return jsonMismatch(value, expected)
}

const bodyName = (body: string): string => (body === '' ? 'an empty one' : quoted(body))
