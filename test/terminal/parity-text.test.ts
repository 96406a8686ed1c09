import {PassThrough} from 'node:stream'
import {stripVTControlCharacters} from 'node:util'

import test from 'ava'

import {parityText, type ShownParity} from '../../src/terminal/parity-text.ts'

const stream = new PassThrough()

const finding = (subject: string, rest: Partial<ShownParity['groups'][number]['entries'][number]['finding']> = {}) => ({
  rule: 'os.package.version',
  severity: 'warning' as const,
  subject,
  message: `${subject} is 1 in image:shop:1 and 2 in image:shop:10`,
  ...rest,
})

const entry = (one: ReturnType<typeof finding>, more?: string) => ({finding: one, brought: [], more})

const shown = (rest: Partial<ShownParity> = {}): ShownParity => ({
  report: {
    a: {name: 'image:shop:1', summary: 'linux/amd64'},
    b: {name: 'image:shop:10', summary: ''},
    uncompared: [],
  },
  groups: [],
  allowed: [],
  counts: {error: 0, warning: 0, note: 0, allowed: 0, brought: 0},
  verdict: 'same in all that was compared',
  bad: undefined,
  whole: false,
  ...rest,
})

test('without differences it names both sides and says what that comes to', (t) => {
  t.is(parityText(shown(), stream), 'A  image:shop:1   linux/amd64\nB  image:shop:10\n\nsame in all that was compared')
})

test('findings are aligned under their area, with what they bring and what to do; sides are A and B', (t) => {
  const text = parityText(
    shown({
      groups: [
        {
          area: 'os',
          entries: [
            entry(
              finding('openssl', {next: 'Pull the base.', place: {file: 'Dockerfile', line: 1}}),
              'brings 2 others (2 in files)',
            ),
            entry(finding('zlib', {details: ['one', 'two'], severity: 'note' as never})),
          ],
        },
      ],
      counts: {error: 0, warning: 1, note: 1, allowed: 0, brought: 2},
      verdict: 'different',
      bad: 'differences',
    }),
    stream,
  )
  t.is(
    text,
    [
      'A  image:shop:1   linux/amd64',
      'B  image:shop:10',
      '',
      'os',
      '  warning  openssl is 1 in A and 2 in B, Dockerfile:1  [os.package.version]',
      '           brings 2 others (2 in files)',
      '           do: Pull the base.',
      '  note     zlib is 1 in A and 2 in B  [os.package.version]',
      '           - one',
      '           - two',
      '',
      'different: 1 warning, 1 note, 2 brought by these',
      'meant so? imm.yaml allows it: parity: {exceptions: [{rule: os.package.version, subject: openssl, reason: WHY, until: YYYY-MM-DD}]}',
    ].join('\n'),
  )
})

test('of many only the first are shown, unless all are asked for', (t) => {
  const entries = Array.from({length: 30}, (_, index) =>
    entry(finding(`lib${index}`, {details: Array.from({length: 9}, (__, at) => `detail ${at}`)})),
  )
  const short = parityText(shown({groups: [{area: 'os', entries}]}), stream)
  t.is(short.match(/^ {2}warning/gm)?.length, 8)
  t.true(short.includes('and 22 more; --verbose shows all'))
  t.true(short.includes('- and 5 more'))
  const whole = parityText(shown({groups: [{area: 'os', entries}], whole: true}), stream)
  t.is(whole.match(/^ {2}warning/gm)?.length, 30)
  t.is(whole.match(/- detail/g)?.length, 270)
})

test('what is brought is shown one by one where all is asked for', (t) => {
  const one = {finding: finding('base'), brought: [finding('openssl')], more: 'brings 1 other (1 in os)'}
  const groups = [{area: 'image', entries: [one]}]
  t.false(parityText(shown({groups}), stream).includes('openssl'))
  t.true(parityText(shown({groups, whole: true}), stream).includes('- openssl is 1 in A and 2 in B'))
})

test('exceptions are summed up, and what could not be compared is told with its reason', (t) => {
  const allowed = ['2027-01-31', '2026-12-31', undefined].map((until) =>
    entry(finding('x', {exception: {reason: 'x', until}})),
  )
  const uncompared = [{area: 'run', reason: 'image:shop:10 does not say how it is run'}]
  const {report} = shown()
  const text = parityText(shown({allowed, report: {...report, uncompared}}), stream)
  t.true(text.includes('\nallowed: os.package.version (3); the first exception ends with 2026-12-31\n'))
  t.true(text.includes('\nnot compared: run: B does not say how it is run\n'))
  const gap = 'web.yaml names an image that is not here'
  const several = [
    {area: 'os', reason: gap},
    {area: 'run', reason: 'not said'},
    {area: 'files', reason: gap},
  ]
  const both = parityText(shown({report: {...report, uncompared: several}}), stream)
  const alone = {...shown().report, uncompared: several, compared: ['config', 'run']}
  t.true(
    parityText(shown({report: alone, bad: 'gaps'}), stream).endsWith(
      '\nenough? what could be compared alone: --only config,run',
    ),
  )
  t.true(both.includes(`\nnot compared: os, files: ${gap}\nnot compared: run: not said\n`), both)
})

test('no name moves the cursor, breaks a line, or begins one as a command of a CI', (t) => {
  const bad = '\u001b[2J\n::error::x\r'
  const text = parityText(
    shown({groups: [{area: 'os', entries: [entry(finding(bad, {message: bad, next: bad, details: [bad]}))]}]}),
    stream,
  )
  t.is(stripVTControlCharacters(text), text)
  t.notRegex(text, /^\s*::/m)
  t.is(text.split('\n').length, 9)
})

test('how to allow the worst is said as YAML, whatever its subject is, and not of what the policy itself finds', (t) => {
  const last = (...found: ReturnType<typeof finding>[]) =>
    parityText(
      shown({
        groups: [{area: 'os', entries: found.map((one) => entry(one))}],
        verdict: 'different',
        bad: 'differences',
      }),
      stream,
    )
      .split('\n')
      .at(-1)
  const worst = finding('a: b # c', {severity: 'error' as never})
  t.regex(last(finding('zlib'), worst) ?? '', /subject: "a: b # c", reason: WHY/)
  t.is(last(finding('zlib', {rule: 'policy.exception-expired'})), 'different')
})
