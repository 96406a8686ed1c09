import {bodyText} from '../har/body-text.ts'
import {comparableHeaders} from './headers.ts'
import {jsonDifferences} from './json/diff.ts'
import type {Field} from './json/field.ts'
import {isTooDeep, type Json} from './json/mask.ts'
import type {Answer, Failure} from './send.ts'
import {htmlPieces, linePieces, withoutChanging} from './text.ts'

/** One way in which two answers to a request differ. */
export interface Difference {
  rule: string
  /** what of the answer: a header, the way to a field, a piece of text; empty: all of it */
  place: Field
  a: string
  b: string
}

export interface Comparing {
  ignoredHeaders: ReadonlySet<string>
  ignoredFields: readonly string[]
  unordered: readonly string[]
  nowMs: number
  /** take a side's own address out of a text */
  neutral: {a: (text: string) => string; b: (text: string) => string}
}

type Outcome = Answer | Failure

export const isFailure = (outcome: Outcome): outcome is Failure => 'failure' in outcome

/** How two answers differ, but for what may. Where the status differs, the rest says nothing. */
export const differencesOf = (a: Outcome, b: Outcome, comparing: Comparing): Difference[] => {
  if (isFailure(a) || isFailure(b)) {
    if (isFailure(a) && isFailure(b)) return []
    return [{rule: 'behaviour.unreachable', place: [], a: outcomeText(a), b: outcomeText(b)}]
  }
  if (a.status !== b.status) return [{rule: 'behaviour.status', place: [], a: String(a.status), b: String(b.status)}]
  const [kind, other] = [kindOf(a), kindOf(b)]
  return [...headerDifferences(a, b, comparing), ...(kind === other ? bodyDifferences(a, b, kind, comparing) : [])]
}

const outcomeText = (outcome: Outcome): string => (isFailure(outcome) ? outcome.failure : String(outcome.status))

const headerDifferences = (a: Answer, b: Answer, {ignoredHeaders, neutral}: Comparing): Difference[] => {
  const one = comparableHeaders(a, ignoredHeaders, neutral.a)
  const other = comparableHeaders(b, ignoredHeaders, neutral.b)
  return [...new Set([...one.keys(), ...other.keys()])].flatMap((name) => {
    const [inA, inB] = [one.get(name), other.get(name)]
    if (inA === inB) return []
    return [{rule: 'behaviour.header', place: [name], a: inA ?? 'nothing', b: inB ?? 'nothing'}]
  })
}

type Kind = 'json' | 'html' | 'text' | 'bytes'

const kindOf = ({headers}: Answer): Kind => {
  const type = (headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (/[/+]json$/.test(type)) return 'json'
  if (type === 'text/html' || type === 'application/xhtml+xml') return 'html'
  return /^text\/|[/+](?:xml|javascript|ndjson|yaml)$/.test(type) ? 'text' : 'bytes'
}

const bodyDifferences = (a: Answer, b: Answer, kind: Kind, comparing: Comparing): Difference[] => {
  if (a.sha256 === b.sha256) return []
  const texts = a.body && b.body && kind !== 'bytes' ? ([textOf(a), textOf(b)] as const) : undefined
  if (texts?.[0] === undefined || texts[1] === undefined)
    return [{rule: 'behaviour.body.bytes', place: [], a: bytesText(a), b: bytesText(b)}]
  const [one, other] = [comparing.neutral.a(texts[0]), comparing.neutral.b(texts[1])]
  if (kind === 'json') {
    const found = jsonOf(texts[0], texts[1], comparing)
    if (found !== undefined) return found
  }
  const pieces = kind === 'html' ? htmlPieces : linePieces
  return pieceDifferences(pieces(one).map(withoutChanging), pieces(other).map(withoutChanging))
}

const textOf = ({body, headers}: Answer): string | undefined =>
  body && bodyText(body, headers.get('content-type') ?? '')

const bytesText = ({bytes, sha256}: Answer): string => `${bytes} bytes (${sha256.slice(0, 12)})`

/** Undefined where one is no JSON, whatever it calls itself. */
const jsonOf = (a: string, b: string, {ignoredFields, ...comparing}: Comparing): Difference[] | undefined => {
  let values: [Json, Json]
  try {
    values = [JSON.parse(a) as Json, JSON.parse(b) as Json]
  } catch {
    return undefined
  }
  if (values.some((value) => isTooDeep(value))) return undefined
  const {unordered, nowMs, neutral} = comparing
  const rules = {ignored: ignoredFields, unordered, nowMs}
  return jsonDifferences(...values, {a: {...rules, neutral: neutral.a}, b: {...rules, neutral: neutral.b}}).map(
    ({field, ...sides}) => ({rule: 'behaviour.body.json', place: field, ...sides}),
  )
}

/** Piece by piece where there are as many; else where the two part, as one difference. */
const pieceDifferences = (a: readonly string[], b: readonly string[]): Difference[] => {
  const rule = 'behaviour.body.text'
  if (a.length === b.length)
    return a.flatMap((piece, index) =>
      piece === b[index] ? [] : [{rule, place: [`#${index}`], a: piece, b: b[index] ?? ''}],
    )
  const at = a.findIndex((piece, index) => piece !== b[index])
  const from = at < 0 ? a.length : at
  return [{rule, place: [], a: a[from] ?? 'its end', b: b[from] ?? 'its end'}]
}
