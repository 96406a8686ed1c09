import type {WebSide} from '../../facts.ts'
import type {Finding} from '../../report/finding.ts'
import {type Both, type Either, byName, onlyIn, rulesOf, unequal} from '../difference.ts'

const rule = rulesOf('web')

const status = rule(
  'web.status',
  'error',
  'The answers have another status.',
  'Ask both for the same path, and see what the one that fails logs.',
)
const security = rule(
  'web.header.security',
  'error',
  'A header by which browsers protect the user differs.',
  'What a browser allows on one side it refuses on the other. Let the application set it, or the proxies of both.',
)
const missing = rule(
  'web.header.missing',
  'warning',
  'A header is on one side alone.',
  'A proxy adds it or takes it away. Set it where both go through.',
)
const value = rule(
  'web.header.value',
  'warning',
  'A header has another value.',
  'A proxy changes it, or the application answers otherwise.',
)
const proxy = rule(
  'web.header.proxy',
  'note',
  'A header that names the server or a proxy differs.',
  'It tells what stands in front; nothing acts by it.',
)
const protocol = rule(
  'web.protocol',
  'note',
  'Another version of HTTP is spoken.',
  'Parallel requests and header limits differ between HTTP/1.1 and HTTP/2.',
)

export const webRules = [status, security, missing, value, proxy, protocol]

const ofSecurity = new Set([
  'access-control-allow-credentials',
  'access-control-allow-headers',
  'access-control-allow-methods',
  'access-control-allow-origin',
  'content-security-policy',
  'content-security-policy-report-only',
  'cross-origin-embedder-policy',
  'cross-origin-opener-policy',
  'cross-origin-resource-policy',
  'permissions-policy',
  'referrer-policy',
  'strict-transport-security',
  'x-content-type-options',
  'x-frame-options',
])
const ofProxies = new Set([
  'alt-svc',
  'keep-alive',
  'server',
  'via',
  'x-cache',
  'x-imm-release',
  'x-powered-by',
  'x-served-by',
])
/** Of one answer, not of how it is served. */
const passedOver = new Set(['age', 'content-length', 'date', 'etag', 'expires', 'last-modified', 'x-request-id'])

export const compareWeb = ({a, b}: Both<WebSide>, names: Both<string>): Finding[] => [
  ...unequal(status, 'status', 'the status', {a: String(a.status), b: String(b.status)}, names),
  ...byName(headersOf(a), headersOf(b)).flatMap(([name, found]) => compareHeader(name, found, names)),
  ...unequal(protocol, 'protocol', 'the protocol', {a: a.protocol, b: b.protocol}, names),
]

const compareHeader = (name: string, found: Either<string>, names: Both<string>): Finding[] => {
  const special = ofSecurity.has(name) ? security : ofProxies.has(name) ? proxy : undefined
  return found.a === undefined || found.b === undefined
    ? [onlyIn(special ?? missing, name, `header ${name}`, found, names)]
    : unequal(special ?? value, name, `the header ${name}`, {a: found.a, b: found.b}, names)
}

const headersOf = ({headers}: WebSide): Map<string, string> =>
  new Map(Object.entries(headers).filter(([name]) => !passedOver.has(name)))
