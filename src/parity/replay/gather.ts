import {redacted} from '../har/redact/marker.ts'
import type {IsSecret} from '../har/redact/names.ts'
import {redactText} from '../har/redact/text.ts'
import type {Finding, Severity} from '../report/finding.ts'
import {behaviourRules} from './catalogue.ts'
import type {Difference} from './differences.ts'
import {fieldText} from './json/field.ts'
import type {ReplaySide} from './side.ts'

/** A difference, where it was seen. */
export interface SeenDifference extends Difference {
  endpoint: string
  /** `GET /users/7` */
  request: string
  /** which of the requests that were sent: several of them look alike without their queries */
  at: number
}

interface Context {
  a: ReplaySide
  b: ReplaySide
  /** by its name, or its form: reports are shown to many */
  isSecret: IsSecret
  /** requests to each endpoint whose answers were compared */
  counts: ReadonlyMap<string, number>
}

/** One finding for what differs at one place, however often it was seen. */
export const gathered = (seen: readonly SeenDifference[], context: Context): Finding[] =>
  [...Map.groupBy(seen, keyOf).values()].flatMap((group) => {
    const [first] = group
    return first === undefined ? [] : [findingOf(first, group, context)]
  })

/** A header is mostly added by one thing for all answers; a text is told with its first piece. */
const keyOf = ({rule, endpoint, place}: SeenDifference): string => {
  if (rule === 'behaviour.header') return `${rule} ${place.join(' ')}`
  return rule === 'behaviour.body.text' ? `${rule} ${endpoint}` : `${rule} ${endpoint} ${place.join('\u0000')}`
}

const findingOf = (first: SeenDifference, group: readonly SeenDifference[], context: Context): Finding => {
  const {rule, endpoint} = first
  const [a, b] = [shown(first, 'a', context.isSecret), shown(first, 'b', context.isSecret)]
  const sides = `${a} on ${context.a.name}, ${b} on ${context.b.name}`
  const endpoints = [...new Set(group.map((each) => each.endpoint))]
  const requests = [...new Set(group.map((each) => each.request))]
  const base = {rule, severity: severityOf(rule), a, b}
  if (rule === 'behaviour.header') {
    const name = first.place.join(' ')
    const where = endpoints.length === 1 ? `answers to ${endpoint}` : `answers to ${endpoints.length} kinds of requests`
    const details = endpoints.length === 1 ? requests : endpoints
    return {...base, subject: name, message: `header ${name} of ${where}: ${sides}`, ...detailsOf(details)}
  }
  const often = timesText(new Set(group.map(({at}) => at)).size, context.counts.get(endpoint) ?? 0)
  if (rule === 'behaviour.body.json') {
    const field = fieldText(first.place)
    const message = `${field} of ${endpoint}: ${sides}${often}`
    return {...base, subject: `${endpoint} ${field}`, message, ...detailsOf(requests)}
  }
  const what = {
    'behaviour.status': 'status of ',
    'behaviour.unreachable': '',
    'behaviour.body.text': 'text of ',
    'behaviour.body.bytes': 'content of ',
  }[rule]
  return {...base, subject: endpoint, message: `${what ?? ''}${endpoint}: ${sides}${often}`, ...detailsOf(requests)}
}

const mostDetails = 10

const detailsOf = (details: readonly string[]): {details?: readonly string[]} =>
  details.length < 2 ? {} : {details: details.slice(0, mostDetails)}

const timesText = (count: number, all: number): string => (all < 2 ? '' : ` (${count} of ${all} requests)`)

const severityOf = (rule: string): Severity => {
  const severity = behaviourRules.find(({id}) => id === rule)?.severity
  return severity === undefined || severity === 'off' ? 'error' : severity
}

const longest = 100

const shown = (difference: Difference, side: 'a' | 'b', isSecret: IsSecret): string => {
  const {rule, place, [side]: value} = difference
  const names = rule === 'behaviour.body.json' || rule === 'behaviour.header' ? place : []
  if (value !== 'nothing' && names.some((name) => isSecret(name, value))) return redacted
  const open = redactText(value, isSecret, {add: () => undefined, values: new Set()})
  const text = rule === 'behaviour.body.text' ? JSON.stringify(open) : open
  return text.length <= longest ? text : `${text.slice(0, longest)}…`
}
