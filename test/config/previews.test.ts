import path from 'node:path'

import test from 'ava'

import {loadPreviewSettings, withPreviewEnv} from '../../src/config/previews.ts'
import {isImmError} from '../../src/errors.ts'
import {testSettings} from '../support/lifecycle-settings.ts'
import {temporaryProject, type TemporaryProject} from './project.ts'

const {signal} = new AbortController()

const load = async ({directory}: TemporaryProject, environment: Record<string, string> = {}) =>
  loadPreviewSettings(directory, signal, {environment})

const mistakes = async (project: TemporaryProject): Promise<string> => {
  try {
    await load(project)
  } catch (error) {
    if (isImmError(error, 'CONFIG_INVALID')) return error.message
    throw error
  }
  return 'none'
}

test('a repository that says nothing has previews of all branches but the usual main ones', async (t) => {
  await using project = await temporaryProject()
  t.deepEqual(await load(project), {
    branches: ['*', '!main', '!master', '!dependabot/**'],
    pulls: false,
    env: {},
    files: ['imm.yaml', 'imm.yml', '.imm/preview.env'].map((file) => path.join(project.directory, file)),
    pauseMs: 300_000,
    idleMs: 1_800_000,
    ttlMs: undefined,
    max: {running: 10, memoryBytes: undefined},
    parallel: 2,
    seed: {},
    hooks: {},
    access: 'open',
  })
})

test('every key is read in its units, with paths from where imm.yaml is', async (t) => {
  await using project = await temporaryProject({
    'imm.yaml': `
previews:
  branches: feature/*
  pulls: true
  pause: never
  idle: 2h
  ttl: 720h
  max: {running: 3, memory: 1g}
  parallel: 4
  access: login
  seed:
    data: {volume: data}
    web/uploads: {directory: fixtures/uploads}
    models: {command: tar -c "a dir"}
  hooks: {created: ./announce.sh now, removed: [sh, -c, 'echo $IMM_URL']}
`,
  })
  const settings = await load(project)
  t.like(settings, {
    branches: ['feature/*'],
    pulls: true,
    pauseMs: undefined,
    idleMs: 7_200_000,
    ttlMs: 2_592_000_000,
    max: {running: 3, memoryBytes: 1024 ** 3},
    parallel: 4,
    access: 'login',
    hooks: {created: ['./announce.sh', 'now'], removed: ['sh', '-c', 'echo $IMM_URL']},
  })
  t.deepEqual(settings.seed, {
    data: {kind: 'volume', volume: 'data'},
    'web/uploads': {kind: 'directory', directory: path.join(project.directory, 'fixtures/uploads')},
    models: {kind: 'command', command: ['tar', '-c', 'a dir'], directory: project.directory},
  })
})

test('variables are those of .imm/preview.env with those of imm.yaml on top, as text', async (t) => {
  await using project = await temporaryProject({
    'imm.yaml': 'previews: {env: {B: imm.yaml, VERSION: 1.10, OUTSIDE: }}',
    '.imm/preview.env': 'A=file\nB=file\n',
  })
  const {env, files} = await load(project, {OUTSIDE: 'outside'})
  t.deepEqual(env, {A: 'file', B: 'imm.yaml', VERSION: '1.10', OUTSIDE: 'outside'})
  t.true(files.includes(path.join(project.directory, '.imm/preview.env')))
})

test('what an env file refers to and nobody sets is told', async (t) => {
  await using project = await temporaryProject({'.imm/preview.env': 'A=$MISSING\n'})
  t.deepEqual((await load(project)).warnings, [
    `${path.join(project.directory, '.imm/preview.env')}:1: A refers to a variable that is not set; single quotes keep a $ as it is`,
  ])
})

test('env files that are named take the place of the usual one, and must be there', async (t) => {
  await using project = await temporaryProject({
    'imm.yaml': 'previews: {envFile: [a.env, b.env]}',
    'a.env': 'A=a\nB=a\n',
    'b.env': 'B=b\n',
    '.imm/preview.env': 'C=usual\n',
  })
  t.deepEqual((await load(project)).env, {A: 'a', B: 'b'})
  await project.write('imm.yaml', 'previews: {envFile: gone.env}')
  t.is(
    await mistakes(project),
    `imm.yaml:1:12: previews.envFile: there is no file ${path.join(project.directory, 'gone.env')}`,
  )
})

test('mistakes are named by line and key, and values that may be secret are not repeated', async (t) => {
  await using project = await temporaryProject({
    'imm.yaml': `previews:
  branchs: x
  idle: 30
  max: {runing: 1}
  seed: {data: hunter2}
  hooks: {made: hunter2}
  env: {A: [hunter2]}
  access: closed
`,
  })
  const text = await mistakes(project)
  for (const part of [
    'imm.yaml:2:3: previews.branchs: unknown key; did you mean "branches"?',
    'imm.yaml:3:3: previews.idle: expected a duration such as 30m, or never, got 30',
    'imm.yaml:4:9: previews.max.runing: unknown key; did you mean "running"?',
    'imm.yaml:5:10: previews.seed.data: expected {volume}, {directory} or {command}, got a text',
    'imm.yaml:6:11: previews.hooks.made: unknown key; known are created, updated, woken, asleep, removed',
    'imm.yaml:8:3: previews.access: expected open or login, got "closed"',
  ])
    t.true(text.includes(part), text)
  t.false(text.includes('hunter2'), text)
})

test('a variable without a value that is not set outside is a mistake', async (t) => {
  await using project = await temporaryProject({'imm.yaml': 'previews:\n  env:\n    TOKEN:\n'})
  t.is(
    await mistakes(project),
    "imm.yaml:3:5: previews.env.TOKEN: has no value, and imm's own environment does not set it",
  )
})

test('a preview’s variables win over those of an app and of its jobs', (t) => {
  const job = {name: 'migrate', command: ['migrate'], env: {URL: 'job', ONLY: 'job'}, timeoutMs: 1000}
  const settings = testSettings({env: {URL: 'app', KEPT: 'app'}, jobs: [job]})
  const {env, jobs, ...rest} = withPreviewEnv(settings, {URL: 'preview', NEW: 'preview'})
  t.deepEqual(env, {URL: 'preview', KEPT: 'app', NEW: 'preview'})
  t.deepEqual(jobs[0]?.env, {URL: 'preview', ONLY: 'job', NEW: 'preview'})
  const {env: _env, jobs: _jobs, ...before} = settings
  t.deepEqual(rest, before)
})
