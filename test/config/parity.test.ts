import test from 'ava'

import {loadSettings} from '../../src/config/load.ts'
import {loadParitySettings} from '../../src/config/parity.ts'
import {isImmError} from '../../src/errors.ts'
import {temporaryProject, type TemporaryProject} from './project.ts'

const {signal} = new AbortController()

const mistakes = async ({directory}: TemporaryProject): Promise<string> => {
  try {
    await loadParitySettings(directory, signal)
  } catch (error) {
    if (isImmError(error, 'CONFIG_INVALID')) return error.message
    throw error
  }
  return 'none'
}

test('a project that says nothing has no policy and nothing to compare with', async (t) => {
  await using project = await temporaryProject()
  t.deepEqual(await loadParitySettings(project.directory, signal), {
    against: undefined,
    rules: {},
    exceptions: [],
    replay: {redact: [], ignore: {headers: [], fields: [], paths: []}, unordered: []},
  })
})

test('every key is read, and rules and exceptions know their lines', async (t) => {
  await using project = await temporaryProject({
    'imm.yaml': `
parity:
  against: lock:staging.lock
  rules:
    os.*: error
    image.created: off
  exceptions:
    - {rule: os.package.version, subject: libssl3, reason: staging follows, until: 2026-12-31}
    - rule: files.*
      reason: built anew
  replay:
    redact: email
    ignore: {headers: age, fields: ['**.id'], paths: /admin/**}
    unordered: items
`,
  })
  t.deepEqual(await loadParitySettings(project.directory, signal), {
    against: 'lock:staging.lock',
    rules: {'os.*': 'error', 'image.created': 'off'},
    places: {'os.*': {file: 'imm.yaml', line: 5}, 'image.created': {file: 'imm.yaml', line: 6}},
    exceptions: [
      {
        rule: 'os.package.version',
        subject: 'libssl3',
        reason: 'staging follows',
        until: '2026-12-31',
        place: {file: 'imm.yaml', line: 8},
      },
      {rule: 'files.*', subject: undefined, reason: 'built anew', until: undefined, place: {file: 'imm.yaml', line: 9}},
    ],
    replay: {
      redact: ['email'],
      ignore: {headers: ['age'], fields: ['**.id'], paths: ['/admin/**']},
      unordered: ['items'],
    },
  })
})

test('mistakes are named by line and key, all at once', async (t) => {
  await using project = await temporaryProject({
    'imm.yaml': `
parity:
  agianst: lock:x
  rules:
    os.*: fatal
  exceptions:
    - {rule: os.*, untill: 2026-12-31}
    - {rule: os.*, reason: x, until: 2026-02-30}
`,
  })
  t.deepEqual((await mistakes(project)).split('\n'), [
    'imm.yaml:3:3: parity.agianst: unknown key; did you mean "against"?',
    'imm.yaml:5:5: parity.rules.os.*: expected off, note, warning or error, got "fatal"',
    'imm.yaml:7:7: parity.exceptions[0].reason: expected why it is allowed, got nothing',
    'imm.yaml:7:20: parity.exceptions[0].untill: unknown key; did you mean "until"?',
    'imm.yaml:8:31: parity.exceptions[1].until: expected a day such as 2026-12-31',
  ])
})

test('what is said of parity is no part of the settings that make a release', async (t) => {
  const files = {Dockerfile: 'FROM scratch\nEXPOSE 80\n'}
  await using without = await temporaryProject({...files, 'imm.yaml': 'project: shop\n'})
  await using other = await temporaryProject({
    ...files,
    'imm.yaml': 'project: shop\nparity: {against: "image:x", rules: {"os.*": off}}\n',
  })
  const settings = async ({directory}: TemporaryProject) =>
    JSON.stringify((await loadSettings({directory, flags: {}, signal})).settings).replaceAll(directory, '')
  t.is(await settings(other), await settings(without))
})
