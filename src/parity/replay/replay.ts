import type {ReplaySettings} from '../../config/parity.ts'
import {ImmError} from '../../errors.ts'
import type {Har} from '../har/har.ts'
import {secretFields} from '../har/redact/names.ts'
import type {Finding} from '../report/finding.ts'
import {type Comparing, differencesOf, isFailure} from './differences.ts'
import {gathered, type SeenDifference} from './gather.ts'
import {latencyFindings, type Times} from './latency.ts'
import {type ReplayLimits, replayLimits} from './limits.ts'
import {noiseOf} from './noise.ts'
import {type ReplayRequest, requestsOf, safeMethods} from './requests.ts'
import {type Answer, type Failure, type Sender, senderTo} from './send.ts'
import {neutralFor, type ReplaySide} from './side.ts'

export interface ReplayOptions {
  /** of requests that are sent; by default those that change nothing */
  methods?: readonly string[] | undefined
  /** sent with every request, instead of recorded ones of the name: credentials, as those of the recording were not kept */
  headers?: Readonly<Record<string, string>> | undefined
  limits?: Partial<ReplayLimits> | undefined
  /** called after each request */
  onRequest?: ((done: number, of: number) => void) | undefined
}

export interface Replayed {
  findings: readonly Finding[]
  /** requests that both sides were sent */
  requests: number
  endpoints: number
  /** what of the recording was not sent, and why */
  skipped: readonly {reason: string; count: number}[]
  /** what differs from answer to answer of one side, and was left out: `GET /now time` */
  noise: readonly string[]
  uncompared: readonly {area: string; reason: string}[]
}

/**
 * Sends what was recorded to both sides, in order, and tells how their answers differ. What changes nothing is sent to the first side twice, as
 * Diffy does: what differs there is noise. REPLAY_FAILED where a side never answers.
 */
export const replay = async (
  har: Har,
  a: ReplaySide,
  b: ReplaySide,
  settings: ReplaySettings,
  options: ReplayOptions,
  signal: AbortSignal,
): Promise<Replayed> => {
  const {methods = safeMethods, headers = {}, onRequest} = options
  const limits = {...replayLimits, ...options.limits}
  const {requests, skipped} = requestsOf(har, {methods, ignoredPaths: settings.ignore.paths})
  using toA = senderTo(a, headers, limits)
  using toB = senderTo(b, headers, limits)
  const seen: SeenDifference[] = []
  const noise = noiseOf()
  const times = new Map<string, Times>()
  const counts = new Map<string, number>()
  const endpoints = new Set<string>()
  const silent = new Set<string>()
  let sent = 0
  const uncompared: {area: string; reason: string}[] = []
  const health = {a: newHealth(a), b: newHealth(b)}
  for (const [index, request] of requests.entries()) {
    const {endpoint, method, target} = request
    const asked = await askBoth(request, index % 2 === 0, {toA, toB}, signal)
    const lost = [health.a(asked.a), health.b(asked.b)].find((reason) => reason !== undefined)
    sent++
    endpoints.add(endpoint)
    const where = {endpoint, request: `${method} ${target.split('?', 1)[0]}`, at: index}
    const comparing = comparingOf(settings, {a, b})
    const silence = isFailure(asked.a) && isFailure(asked.b) ? asked.a.failure : undefined
    if (silence === undefined && seen.length < mostSeen) {
      for (const each of differencesOf(asked.a, asked.b, comparing)) seen.push({...each, ...where})
      counts.set(endpoint, (counts.get(endpoint) ?? 0) + 1)
    }
    if (silence !== undefined && !silent.has(endpoint)) {
      silent.add(endpoint)
      uncompared.push({area: 'behaviour', reason: `neither side answers ${where.request}: ${silence}`})
    }
    if (lost !== undefined) {
      const left = requests.length - index - 1
      uncompared.push({area: 'behaviour', reason: `${lost}; ${left} requests were not sent`})
      break
    }
    if (safeMethods.includes(method) && !isFailure(asked.a)) {
      const again = await toA.send(request, signal)
      const own = {...comparing, neutral: {a: comparing.neutral.a, b: comparing.neutral.a}}
      for (const each of differencesOf(asked.a, again, own)) noise.add(endpoint, each)
    }
    addTimes(times, endpoint, asked)
    onRequest?.(index + 1, requests.length)
  }
  const telling = seen.filter((each) => !noise.has(each.endpoint, each))
  const findings = [
    ...gathered(telling, {a, b, counts, isSecret: secretFields(settings.redact)}),
    ...latencyFindings([...times.values()], {a, b}),
  ]
  return {findings, requests: sent, endpoints: endpoints.size, skipped, noise: noise.places, uncompared}
}

/** Sides that differ in so much differ; what else there is would be told after that is mended. */
const mostSeen = 50_000

interface Both {
  a: Answer | Failure
  b: Answer | Failure
}

/** One after the other; each is first half of the time, so that what warms up or wears off is no difference between them. */
const askBoth = async (
  request: ReplayRequest,
  aFirst: boolean,
  {toA, toB}: {toA: Sender; toB: Sender},
  signal: AbortSignal,
): Promise<Both> => {
  if (aFirst) {
    const a = await toA.send(request, signal)
    return {a, b: await toB.send(request, signal)}
  }
  const b = await toB.send(request, signal)
  return {a: await toA.send(request, signal), b}
}

const comparingOf = ({ignore, unordered}: ReplaySettings, {a, b}: {a: ReplaySide; b: ReplaySide}): Comparing => ({
  ignoredHeaders: new Set(ignore.headers.map((name) => name.toLowerCase())),
  ignoredFields: ignore.fields,
  unordered,
  nowMs: Date.now(),
  neutral: {a: neutralFor(a), b: neutralFor(b)},
})

/** So many in a row, and a side is taken for gone. */
const mostUnreachable = 3

/** Says what to tell once a side is gone; throws where it was never there. */
const newHealth = ({name, origin}: ReplaySide): ((outcome: Answer | Failure) => string | undefined) => {
  let answered = false
  let inARow = 0
  return (outcome) => {
    if (!isFailure(outcome)) {
      answered = true
      inARow = 0
      return undefined
    }
    if (!outcome.unreachable) return undefined
    inARow++
    if (!answered) throw new ImmError('REPLAY_FAILED', `${name} can't be reached at ${origin}: ${outcome.failure}`)
    return inARow < mostUnreachable ? undefined : `${name} can't be reached any more: ${outcome.failure}`
  }
}

const addTimes = (times: Map<string, Times>, endpoint: string, {a, b}: Both): void => {
  if (isFailure(a) || isFailure(b)) return
  const own = times.get(endpoint) ?? {endpoint, a: [], b: []}
  own.a.push(a.waitMs)
  own.b.push(b.waitMs)
  times.set(endpoint, own)
}
