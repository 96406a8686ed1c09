import type {Finding, ParityReport} from '../../../src/parity/report/finding.ts'
import type {Rendering} from '../../../src/parity/report/rendering.ts'
import type {Rule} from '../../../src/parity/report/rule.ts'

export const now = new Date('2026-11-28T12:00:00Z')

const rule = (id: string, area: Rule['area'], severity: Rule['severity'] = 'error'): Rule => ({
  id,
  area,
  severity,
  title: `What ${id} finds.`,
  help: `What to do about ${id}.`,
})

export const rules: readonly Rule[] = [
  rule('image.base', 'image', 'warning'),
  rule('image.digest', 'image', 'off'),
  rule('os.package.version', 'os', 'warning'),
  rule('os.package.missing', 'os'),
  rule('files.content', 'files'),
  rule('config.env.value', 'config', 'warning'),
  rule('lint.user.root', 'lint', 'warning'),
  rule('policy.exception-expired', 'policy'),
  rule('policy.exception-unused', 'policy', 'note'),
]

export const finding = (id: string, subject: string, rest: Partial<Finding> = {}): Finding => ({
  rule: id,
  severity: 'warning',
  subject,
  message: `${subject} differs`,
  ...rest,
})

export const report = (findings: readonly Finding[], rest: Partial<ParityReport> = {}): ParityReport => ({
  command: 'parity',
  a: {name: 'image:shop:1', summary: 'linux/amd64, Debian GNU/Linux 12'},
  b: {name: 'lock:staging.lock', summary: 'linux/amd64, Debian GNU/Linux 12'},
  findings,
  compared: ['image', 'config', 'os', 'files'],
  uncompared: [],
  ...rest,
})

/** Text that breaks out of each format where it is not escaped. */
export const hostile =
  '\u0000\u001b[31m\u009b2J\u0085\u007f<b a="1">&\'|`::error::%0A,:\r\nsecond\ud800 ]]> --> @types/node #12 _x_ \\ \ufffe'

export const hostileReport: ParityReport = report(
  [
    finding('files.content', hostile, {
      severity: 'error',
      message: hostile,
      next: hostile,
      a: hostile,
      b: hostile,
      details: [hostile, 'plain'],
      place: {file: `a b/${hostile}`, line: 3},
    }),
    finding('image.base', 'node:24', {severity: 'error', next: 'Pull it.', place: {file: 'Dockerfile', line: 1}}),
    finding('os.package.version', 'openssl', {cause: {rule: 'image.base', subject: 'node:24'}}),
    finding('os.package.missing', hostile, {cause: {rule: 'os.package.version', subject: 'openssl'}}),
    finding('config.env.value', 'LOG', {exception: {reason: hostile, until: '2026-12-31'}}),
    finding('os.package.version', 'zlib', {severity: 'note'}),
  ],
  {
    a: {name: hostile, summary: hostile},
    compared: ['image', 'config', 'os', 'files', 'dependencies'],
    uncompared: [{area: 'run', reason: hostile}],
  },
)

export const rendering = (of: ParityReport, rest: Partial<Rendering> = {}): Rendering => ({
  report: of,
  rules,
  verdict: 'different',
  failOn: 'error',
  version: '0.1.0',
  now,
  place: {path: 'Dockerfile', isFile: true},
  ...rest,
})
