import type {Format} from './format.ts'
import {entropyOf, isStandIn, isReference, looksGenerated} from './value.ts'

/** The key itself has to be there: programs that read keys have the first line alone. */
const pem =
  /-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:\s|\\[rn])*(?:[\w-]+: [^\n]{0,200}\n\s*){0,4}(?<value>(?:[A-Za-z0-9+/=]|\s|\\[rn]){64,})/g

const privateKey: Format = {
  kind: 'private key',
  literals: ['PRIV'],
  before: 48,
  after: 1000,
  pattern: pem,
  secretive: true,
  vendored: true,
  accepts: (value) => entropyOf(value.replaceAll(/\s|\\[rn]/g, '')) > 4,
}

const jwt: Format = {
  kind: 'JSON web token',
  literals: ['.eyJ'],
  before: 1000,
  after: 2000,
  pattern: /(?<![\w-])eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/g,
  vendored: false,
  // The one that everybody copies has 1234567890 as its subject.
  accepts: (value) => !Buffer.from(value.split('.')[1] ?? '', 'base64url').includes('1234567890'),
}

const url: Format = {
  kind: 'password in a URL',
  literals: ['p://', 's://', 'l://', 'b://', 'v://', 'h://'],
  before: 24,
  after: 300,
  pattern: /\b[a-z][a-z0-9+.-]{1,20}:\/\/(?<user>[^\s:@/'"`<>\\{}$]{0,60}):(?<value>[^\s@/'"`<>\\{}$]{4,100})@[\w.-]/gi,
  vendored: false,
  accepts: (value) =>
    !isStandIn(value) && !isReference(value) && !/^(?:pass|pw|pwd|user|admin|root|postgres)\w{0,4}$/i.test(value),
}

const npmrc: Format = {
  kind: 'npm credentials',
  literals: ['_aut', '_pas'],
  before: 2,
  after: 300,
  pattern: /(?:^|[\s:])_(?:authToken|auth|password)\s*=\s*["']?(?<value>[^\s"'$]{8,})/g,
  vendored: true,
  files: /npmrc$/,
  accepts: (value) => !isStandIn(value),
}

const netrc: Format = {
  kind: 'password of a .netrc',
  literals: ['assw'],
  before: 300,
  after: 200,
  pattern: /\b(?:machine\s+\S+|default)\s+login\s+\S+\s+password\s+(?<value>\S+)/g,
  vendored: true,
  secretive: true,
  files: /\/[._]netrc$/,
}

const registry: Format = {
  kind: 'registry credentials',
  literals: ['"aut', '"ide'],
  before: 0,
  after: 4000,
  pattern: /"(?:auth|identitytoken)"\s*:\s*"(?<value>[\w+/=.-]{12,})"/g,
  vendored: true,
  files: /\/(?:\.docker\/config\.json|\.dockercfg|\.dockerconfigjson|containers\/auth\.json)$/,
}

const code = /\.(?:[cm]?[jt]sx?|py|rb|go|php|java|kt|cs|rs|swift|scala|pl|lua|vue|svelte)$/i

const words = String.raw`(?:passw(?:or)?d|secret|token|api[_-]?key|access[_-]?key|private[_-]?key)`
const keywords = ['assw', 'ASSW', 'ecre', 'ECRE', 'oken', 'OKEN', 'pi_k', 'pi-k', 'PI_K', 'piKe', 'ApiK', 'pike', 'PIKE', 's_ke', 'S_KE', 'sKey', 'e_ke', 'E_KE', 'eKey'] // prettier-ignore

const assignment: Omit<Format, 'pattern'> = {
  kind: 'assigned secret',
  literals: keywords,
  before: 16,
  after: 200,
  vendored: false,
  accepts: (value) => !isStandIn(value) && !isReference(value) && looksGenerated(value),
}

/** In programs a value is in quotes: what is not is a variable. */
const inCode: Format = {
  ...assignment,
  files: code,
  pattern: new RegExp(
    String.raw`${words}\w{0,20}["']?\s*(?::|=>?|:=)\s*(["'\x60])(?<value>[^\s"'\x60]{12,150})\1`,
    'gi',
  ),
}

const inConfig: Format = {
  ...assignment,
  files: new RegExp(String.raw`^(?!.*${code.source})`, 'i'),
  pattern: new RegExp(String.raw`${words}\w{0,20}["']?\s*[:=]\s*["']?(?<value>[^\s"',;]{12,150})`, 'gi'),
}

export const credentials: readonly Format[] = [privateKey, jwt, url, npmrc, netrc, registry, inCode, inConfig]
