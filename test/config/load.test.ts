import {mkdir, symlink} from 'node:fs/promises'
import path from 'node:path'

import test from 'ava'

import {loadSettings} from '../../src/config/load.ts'
import type {LoadRequest} from '../../src/config/load.ts'
import {temporaryProject} from './project.ts'

const load = (directory: string, request: Partial<LoadRequest> = {}) =>
  loadSettings({directory, flags: {}, environment: {}, signal: AbortSignal.timeout(20_000), ...request})

const dockerfile = 'FROM scratch AS build\nFROM scratch AS run\n'

test('needs nothing but a Dockerfile', async (t) => {
  await using project = await temporaryProject({Dockerfile: dockerfile}, 'My Shöp (2)')
  const {settings, files, warnings} = await load(project.directory)
  t.deepEqual(settings, {
    project: 'my-shop-2',
    app: 'app',
    build: {context: project.directory, dockerfile: 'Dockerfile', target: undefined, args: {}},
    port: undefined,
    protocol: 'http1',
    routes: [],
    health: {kind: 'auto', path: '/', timeoutMs: 60_000, intervalMs: 250},
    env: {},
    command: undefined,
    user: undefined,
    volumes: [],
    tmpfs: [],
    resources: {memoryBytes: undefined, cpus: undefined},
    container: {attachment: undefined, binds: [], options: {}},
    overlap: true,
    jobs: [],
    files: [],
    verify: [],
    immutable: 'report',
    watch: {paths: [], ignore: [], quietMs: 12, poll: undefined},
    replicas: 1,
    strategy: {kind: 'blue-green'},
    mirror: undefined,
    drainMs: 10_000,
    closes: [],
    reload: false,
    guard: {windowMs: 10_000, errors: 0.02, latency: 3, minRequests: 20},
    keep: {warm: 1, stopped: 3, images: 10, diskBytes: 5 * 2 ** 30},
  })
  t.deepEqual(files, [path.join(project.directory, 'imm.yaml'), path.join(project.directory, 'imm.yml')])
  t.deepEqual(warnings, [])
})

test('takes a Containerfile, but prefers a Dockerfile', async (t) => {
  await using project = await temporaryProject({Containerfile: dockerfile})
  t.is((await load(project.directory)).settings.build.dockerfile, 'Containerfile')
  await project.write('Dockerfile', dockerfile)
  t.is((await load(project.directory)).settings.build.dockerfile, 'Dockerfile')
})

test('takes the name from package.json without its scope, and then depends on that file', async (t) => {
  await using project = await temporaryProject({Dockerfile: dockerfile, 'package.json': '{"name": "@acme/Web_Shop"}'})
  const {settings, files} = await load(project.directory)
  t.is(settings.project, 'web-shop')
  t.true(files.includes(path.join(project.directory, 'package.json')))
})

test('prefers the name in imm.yaml, and then does not depend on package.json', async (t) => {
  await using project = await temporaryProject({
    Dockerfile: dockerfile,
    'package.json': '{"name": "web"}',
    'imm.yaml': 'project: My Shop',
  })
  const {settings, files} = await load(project.directory)
  t.is(settings.project, 'my-shop')
  t.false(files.includes(path.join(project.directory, 'package.json')))
})

for (const [what, content] of [
  ['is no JSON', '{"name": '],
  ['is null', 'null'],
  ['has no name', '{}'],
  ['has a number for a name', '{"name": 3}'],
] as const)
  test(`is named after its directory where package.json ${what}`, async (t) => {
    await using project = await temporaryProject({Dockerfile: dockerfile, 'package.json': content})
    const {settings, warnings} = await load(project.directory)
    t.is(settings.project, 'shop')
    t.is(warnings.length, content.startsWith('{"name": ') && content.endsWith(' ') ? 1 : 0)
  })

test('lets flags override imm.yaml', async (t) => {
  await using project = await temporaryProject({
    'app/Dockerfile': dockerfile,
    'app/Other': dockerfile,
    '.env': 'A=file\nB=file\nC=file',
    '.env.flag': 'A=flag-file',
    'imm.yaml': `project: a\nbuild: {context: nowhere, target: build, args: {X: 1, Y: 1}}\nport: 1\nhealth: {tcp: true, timeout: 1s}
env: {B: yaml, C: yaml}\nenvFile: .env\ncommand: a\nuser: a\nresources: {memory: 1g, cpus: 1}\nwatch: {quiet: 1s, poll: true}\ndrain: {time: 1s, websocket: wait, events: close}\nreload: false\nkeep: 5\n`,
  })
  const {settings} = await load(project.directory, {
    flags: {
      project: 'B',
      context: 'app',
      dockerfile: 'app/Other',
      target: 'run',
      buildArgs: ['Y=2', 'Z'],
      port: 2,
      healthPath: '/up',
      healthTimeoutMs: 2,
      healthIntervalMs: 3,
      env: ['C=flag', 'D'],
      envFile: ['.env.flag'],
      command: ['b'],
      user: 'b',
      memoryBytes: 4,
      cpus: 5,
      quietMs: 6,
      poll: false,
      drainMs: 7,
      reload: true,
      replicas: 3,
      strategy: 'rolling',
      keepWarm: 8,
      keepImages: 9,
    },
    environment: {Z: 'z', D: 'd'},
  })
  t.deepEqual(settings, {
    project: 'b',
    app: 'app',
    build: {
      context: path.join(project.directory, 'app'),
      dockerfile: 'Other',
      target: 'run',
      args: {X: '1', Y: '2', Z: 'z'},
    },
    port: 2,
    protocol: 'http1',
    routes: [],
    health: {kind: 'http', path: '/up', timeoutMs: 2, intervalMs: 3},
    env: {A: 'flag-file', B: 'yaml', C: 'flag', D: 'd'},
    command: ['b'],
    user: 'b',
    volumes: [],
    tmpfs: [],
    resources: {memoryBytes: 4, cpus: 5},
    container: {attachment: undefined, binds: [], options: {}},
    overlap: true,
    jobs: [],
    files: [],
    verify: [],
    immutable: 'report',
    watch: {paths: [], ignore: [], quietMs: 6, poll: false},
    replicas: 3,
    strategy: {kind: 'rolling', surge: 1, unavailable: 0},
    mirror: undefined,
    drainMs: 7,
    closes: ['events'],
    reload: true,
    guard: {windowMs: 10_000, errors: 0.02, latency: 3, minRequests: 20},
    keep: {warm: 8, stopped: 3, images: 9, diskBytes: 5 * 2 ** 30},
  })
})

test('reads env files in their order, with env on top, and depends on them', async (t) => {
  await using project = await temporaryProject({
    Dockerfile: dockerfile,
    'one.env': 'A=1\nB=1\nC=1',
    'two.env': 'B=2\nC=2\nD=$A-$HOST',
    'imm.yaml': 'envFile: [one.env, two.env]\nenv: {C: 3, HOME: }',
  })
  const {settings, files} = await load(project.directory, {environment: {HOST: 'h', HOME: '/home', OTHER: 'no'}})
  t.deepEqual(settings.env, {A: '1', B: '2', C: '3', D: '1-h', HOME: '/home'})
  t.deepEqual(
    files.slice(2),
    ['one.env', 'two.env'].map((name) => path.join(project.directory, name)),
  )
})

test('names everything that imm.yaml refers to and that is not there, at its line', async (t) => {
  await using project = await temporaryProject({
    Dockerfile: dockerfile,
    'bad.env': 'A=1\nhunter2 oops',
    'imm.yaml':
      'envFile:\n  - none.env\n  - bad.env\nenv:\n  - API_KEY\n  - B=1\nbuild:\n  args: {TOKEN: }\n  target: runn\n',
  })
  const error = await t.throwsAsync(load(project.directory), {code: 'CONFIG_INVALID'})
  t.deepEqual(error?.message.split('\n'), [
    `imm.yaml:2:5: envFile[0]: there is no file ${path.join(project.directory, 'none.env')}`,
    'imm.yaml:3:5: envFile[1]: bad.env:2: expected KEY=VALUE',
    "imm.yaml:5:5: env.API_KEY: has no value, and imm's own environment does not set it",
    "imm.yaml:8:10: build.args.TOKEN: has no value, and imm's own environment does not set it",
    'imm.yaml:9:3: build.target: there is no stage "runn" in Dockerfile; its stages are build, run',
  ])
})

test('names the flag that is wrong', async (t) => {
  await using project = await temporaryProject({Dockerfile: dockerfile})
  await t.throwsAsync(load(project.directory, {flags: {context: 'nowhere'}}), {
    code: 'CONFIG_INVALID',
    message: `--context: there is no directory ${path.join(project.directory, 'nowhere')}`,
  })
  await t.throwsAsync(load(project.directory, {flags: {env: ['KEY'], target: 'x', envFile: ['none']}}), {
    message: /^--env-file: there is no file .*none\n--env: KEY has no value.*\n--target: there is no stage "x"/,
  })
})

test('names the flag that makes no sense, without what may be secret in it', async (t) => {
  await using project = await temporaryProject({Dockerfile: dockerfile})
  const flags = {dockerfile: 'none', env: ['=hunter2'], buildArgs: ['A hunter2=1'], healthPath: 'up'}
  const error = await t.throwsAsync(load(project.directory, {flags}), {code: 'CONFIG_INVALID'})
  t.deepEqual(error?.message.split('\n'), [
    '--env: expected KEY=VALUE or KEY',
    '--build-arg: expected KEY=VALUE or KEY',
    `--file: there is no file ${path.join(project.directory, 'none')}`,
    '--health: expected a path such as /healthz',
  ])
})

test('explains what is wrong with a Dockerfile that is named', async (t) => {
  await using project = await temporaryProject({
    'app/Dockerfile.dev': dockerfile,
    'other/Dockerfile': dockerfile,
    'imm.yaml': 'build:\n  context: app\n  dockerfile: Dockerfile.dev',
  })
  await t.throwsAsync(load(project.directory), {
    message:
      /^imm\.yaml:3:3: build\.dockerfile: there is no file .*; paths are relative to the project: write app\/Dockerfile\.dev$/,
  })
  await project.write('imm.yaml', 'build: {context: app, dockerfile: other/Dockerfile}')
  await t.throwsAsync(load(project.directory), {message: /build\.dockerfile: .* lies outside the build context/})
  await symlink('../other/Dockerfile', path.join(project.directory, 'app/Linked'))
  await project.write('imm.yaml', 'build: {context: app, dockerfile: app/Linked}')
  await t.throwsAsync(load(project.directory), {message: /build\.dockerfile: .* lies outside the build context/})
  await project.write('imm.yaml', 'build: {context: app, dockerfile: app}')
  await t.throwsAsync(load(project.directory), {message: /build\.dockerfile: there is no file/})
  await project.write('imm.yaml', 'build: app/Dockerfile.dev')
  await t.throwsAsync(load(project.directory), {message: /^imm\.yaml:1:1: build\.context: .* is not a directory$/})
})

test('finds its way through blanks and letters of all languages', async (t) => {
  await using project = await temporaryProject(
    {'mein Über/Döcker file': dockerfile, 'imm.yaml': 'build: {context: mein Über, dockerfile: mein Über/Döcker file}'},
    'ein Laden 店',
  )
  const {settings} = await load(project.directory)
  t.is(settings.project, 'ein-laden')
  t.deepEqual(settings.build, {
    context: path.join(project.directory, 'mein Über'),
    dockerfile: 'Döcker file',
    target: undefined,
    args: {},
  })
})

test('says what it looked for in a directory without a Dockerfile', async (t) => {
  await using project = await temporaryProject()
  const error = await t.throwsAsync<Error & {next: string}>(load(project.directory), {code: 'PROJECT_NOT_FOUND'})
  t.is(error?.message, `There is no Dockerfile or Containerfile in ${project.directory}.`)
  t.regex(error?.next ?? '', /imm init/)
})

test('says that compose files are not read yet', async (t) => {
  await using project = await temporaryProject({'docker-compose.yml': 'services: {}'})
  const error = await t.throwsAsync<Error & {next: string}>(load(project.directory), {code: 'PROJECT_NOT_FOUND'})
  t.regex(error?.message ?? '', /docker-compose\.yml, but imm does not read compose files yet/)
  t.regex(error?.next ?? '', /build\.context/)
})

test('says so where the directory is missing, or a file', async (t) => {
  await using project = await temporaryProject({Dockerfile: dockerfile})
  await t.throwsAsync(load(path.join(project.directory, 'none')), {
    code: 'PROJECT_NOT_FOUND',
    message: /There is no directory/,
  })
  await t.throwsAsync(load(path.join(project.directory, 'Dockerfile')), {
    code: 'PROJECT_NOT_FOUND',
    message: /is a file/,
  })
})

test('takes a directory called Dockerfile for none', async (t) => {
  await using project = await temporaryProject()
  await mkdir(path.join(project.directory, 'Dockerfile'))
  await t.throwsAsync(load(project.directory), {code: 'PROJECT_NOT_FOUND'})
})

test('reads imm.yml, and refuses both names at once', async (t) => {
  await using project = await temporaryProject({Dockerfile: dockerfile, 'imm.yml': 'port: 80\ndrain: x'})
  await t.throwsAsync(load(project.directory), {message: /^imm\.yml:2:1: drain: /})
  await project.write('imm.yaml', 'port: 81')
  await t.throwsAsync(load(project.directory), {code: 'CONFIG_INVALID', message: /both imm\.yaml and imm\.yml/})
})

test('does not look into an empty Dockerfile for a stage', async (t) => {
  await using project = await temporaryProject({Dockerfile: '# later\n'})
  await t.throwsAsync(load(project.directory, {flags: {target: 'x'}}), {code: 'DOCKERFILE_INVALID'})
})

test('never shows a secret of an env file or of its own environment', async (t) => {
  await using project = await temporaryProject({
    Dockerfile: dockerfile,
    '.env': 'A="hunter2\nB=$hunter2\nhunter2 is here',
    'imm.yaml': 'envFile: .env\nenv: {B: }',
  })
  const error = await t.throwsAsync<Error>(load(project.directory, {environment: {SECRET: 'hunter2'}}))
  t.notRegex(JSON.stringify(error) + error?.message, /hunter2/)
})

test('stops when its signal does', async (t) => {
  await using project = await temporaryProject({Dockerfile: dockerfile, 'imm.yaml': ''})
  const reason = new Error('enough')
  t.is(await t.throwsAsync(load(project.directory, {signal: AbortSignal.abort(reason)})), reason)
})

test('secrets are files under /run/secrets, from a file, a variable or a command, and builds name those that they may read', async (t) => {
  await using project = await temporaryProject({
    Dockerfile: dockerfile,
    'imm.yaml': `
secrets:
  a: {file: a.txt}
  b: {environment: B, path: /etc/b}
  c: {command: pass show c}
build:
  secrets: [b]
`,
  })
  const {settings} = await load(project.directory, {environment: {B: 'hunter2'}})
  const b = {kind: 'environment', variable: 'B', value: 'hunter2'}
  t.like(settings.files[0], {name: 'a', kind: 'secret', path: '/run/secrets/a', mode: 0o444})
  t.deepEqual(settings.files[0]?.source, {kind: 'file', path: path.join(project.directory, 'a.txt')})
  t.like(settings.files[1], {path: '/etc/b', source: b})
  t.like(settings.files[2], {source: {kind: 'command', command: ['pass', 'show', 'c']}})
  t.like(settings.build.secrets?.[0], {id: 'b', source: b})
  await project.write('imm.yaml', 'build: {secrets: [d]}\n')
  const error = await t.throwsAsync(load(project.directory))
  t.is(error?.message, 'imm.yaml:1:19: build.secrets[0]: there is no secret "d" under secrets')
  await project.write('imm.yaml', 'secrets: {a: {file: hunter2, environment: B}}\n')
  const both = await t.throwsAsync(load(project.directory))
  t.regex(both?.message ?? '', /^imm\.yaml:1:11: secrets\.a: expected one of \{file\}/)
  t.notRegex(both?.message ?? '', /hunter2/)
})
