import type {TlsSide, WebSide} from '../../facts.ts'
import type {Finding} from '../../report/finding.ts'
import {type Both, onlyIn, rulesOf, unequal} from '../difference.ts'

const rule = rulesOf('web')

const missing = rule(
  'web.tls.missing',
  'warning',
  'One side alone is served by HTTPS.',
  'Secure cookies, service workers and HTTP/2 need it. `imm proxy trust` makes imm serve HTTPS.',
)
const trusted = rule(
  'web.tls.trusted',
  'error',
  'One certificate alone is trusted by this machine.',
  'Clients refuse the other. Renew it, send the whole chain, or trust its authority.',
)
const version = rule(
  'web.tls.version',
  'warning',
  'Another version of TLS is spoken.',
  'Old clients reach one side alone.',
)
const cipher = rule('web.tls.cipher', 'note', 'Another cipher is chosen.', 'Old clients may reach one side alone.')
const issuer = rule(
  'web.tls.issuer',
  'note',
  'The certificates are from different authorities.',
  'Clients that pin an authority, or have old lists of them, refuse one side.',
)
const subject = rule('web.tls.subject', 'off', 'The certificates are for different names.', 'Each host has its own.')
const validTo = rule(
  'web.tls.valid-to',
  'off',
  'The certificates end on different days.',
  'Each is renewed on its own.',
)

export const tlsRules = [missing, trusted, version, cipher, issuer, subject, validTo]

export const compareTls = ({a, b}: Both<WebSide>, names: Both<string>): Finding[] => {
  if (a.tls === undefined || b.tls === undefined)
    return a.tls === b.tls
      ? []
      : [onlyIn(missing, 'tls', 'TLS', {...(a.tls && {a: a.tls.version}), ...(b.tls && {b: b.tls.version})}, names)]
  const [left, right] = [a.tls, b.tls]
  const of = (which: typeof missing, what: string, read: (tls: TlsSide) => string) =>
    unequal(which, what, `the ${what} of TLS`, {a: read(left), b: read(right)}, names)
  return [
    ...of(trusted, 'trust', (tls) => (tls.trusted ? 'given' : 'refused')),
    ...of(version, 'version', (tls) => tls.version),
    ...of(cipher, 'cipher', (tls) => tls.cipher),
    ...of(issuer, 'issuer', (tls) => tls.issuer),
    ...of(subject, 'subject', (tls) => tls.subject),
    ...of(validTo, 'end', (tls) => tls.validTo),
  ]
}
