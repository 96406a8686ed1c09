import test from 'ava'

import {examine, type Check} from '../../src/doctor/examine.ts'
import {ok} from '../../src/doctor/finding.ts'
import {reportText} from '../../src/doctor/report.ts'
import {ImmError} from '../../src/errors.ts'

const never: Check = {name: 'disk', look: () => new Promise(() => undefined)}
const well: Check = {name: 'port', look: async () => [ok('port', 'free')]}

const throwing = (name: Check['name'], error: Error): Check => ({name, look: () => Promise.reject(error)})
const plain = (_style: string, text: string) => text

test('a check that hangs is given up, and hides nothing of the others', async (t) => {
  const findings = await examine([never, well], 20, new AbortController().signal)
  t.deepEqual(
    findings.map(({check, level}) => `${check} ${level}`),
    ['disk note', 'port ok'],
  )
})

test('an error of imm is a problem with its next step, any other a note', async (t) => {
  const missing = new ImmError('ENGINE_MISSING', 'none', {next: 'Install one.', output: ['tried here']})
  const findings = await examine(
    [throwing('engine', missing), throwing('disk', new Error('odd'))],
    1000,
    new AbortController().signal,
  )
  t.deepEqual(findings, [
    {
      check: 'engine',
      level: 'problem',
      message: 'none',
      remedy: 'Install one.',
      code: 'ENGINE_MISSING',
      output: ['tried here'],
    },
    {check: 'disk', level: 'note', message: 'could not be looked at: odd'},
  ])
})

test('Ctrl-C ends it with the reason of its signal', async (t) => {
  const stop = new AbortController()
  const examining = examine([never], 60_000, stop.signal)
  stop.abort(new Error('stopped'))
  await t.throwsAsync(examining, {message: 'stopped'})
})

test('people read problems first, each remedy under its finding', (t) => {
  const report = reportText(
    [
      ok('port', 'free'),
      {check: 'disk', level: 'problem', message: 'full', remedy: 'Free some:\n  rm it', code: 'ENGINE_DISK_FULL'},
      {check: 'names', level: 'note', message: 'odd'},
    ],
    plain,
  )
  t.is(
    report,
    [
      'problem  disk   full (ENGINE_DISK_FULL)',
      '         Free some:',
      '           rm it',
      '',
      'note     names  odd',
      '',
      'ok       port   free',
      '',
      '1 problem and 1 note.',
    ].join('\n'),
  )
  t.regex(reportText([ok('port', 'free')], plain), /All is well\.$/)
})
