import {mkdir, readdir, writeFile} from 'node:fs/promises'
import {createServer, type AddressInfo} from 'node:net'
import path from 'node:path'

import test from 'ava'

import {ownerOf} from '../../src/state/owner.ts'
import {statePaths} from '../../src/state/paths.ts'
import {containersWith, fakeEngine, jsonLines, temporaryPlace} from './kit.ts'

// Other tests keep the machine busy; what answers at all is waited for.
const patient = ['--timeout', '30']
const onLinux = process.platform === 'linux'

test.serial('on a healthy machine every check is told, with exit code 0', async (t) => {
  await using place = await temporaryPlace()
  await using engine = await fakeEngine(place.directory)
  const env = {DOCKER_HOST: engine.endpoint, IMM_PROXY_PORT: '0'}
  const [json, text] = await Promise.all([
    place.imm(['doctor', ...patient, '--json'], env),
    place.imm(['doctor', ...patient], env),
  ])
  t.is(json.exitCode, 0, json.stderr)
  const lines = jsonLines(json.stdout)
  const checks = [
    'engine',
    'versions',
    'permissions',
    'disk',
    ...(onLinux ? ['watches', 'files'] : []),
    'port',
    'names',
    'http-proxy',
    'certificates',
    'https',
    'project',
    'leftovers',
  ]
  const findings = lines.filter(({type}) => type === 'finding')
  t.deepEqual([...new Set(findings.map(({check}) => check))], checks)
  t.deepEqual(
    findings.filter(({level}) => level === 'problem'),
    [],
  )
  const notes = findings.filter(({level}) => level === 'note').length
  t.deepEqual(lines.at(-1), {type: 'doctor', problems: 0, notes})

  t.is(text.exitCode, 0)
  for (const check of checks) t.regex(text.stdout, new RegExp(`^(?:ok|note) +${check} `, 'm'))
  t.regex(text.stdout, /ok +engine +Docker Engine 27\.1\.0 \(API 1\.46\) at unix:.*BuildKit; .*loopback port/)
  t.deepEqual((await readdir(place.directory)).toSorted(), ['engine.sock'], 'looking makes nothing')
})

test.serial('what another imm has on the engine is neither counted nor a leftover', async (t) => {
  await using place = await temporaryPlace()
  const owner = await ownerOf(statePaths({IMM_HOME: path.join(place.directory, 'imm')}))
  const app = {'imm.environment': 'main', 'imm.app': 'app'}
  const held = containersWith(
    {...app, 'imm.project': 'mine', 'imm.owner': owner},
    {...app, 'imm.project': 'theirs', 'imm.owner': 'another'},
  )
  await using engine = await fakeEngine(place.directory, [], held)
  const {stdout} = await place.imm(['doctor', ...patient], {DOCKER_HOST: engine.endpoint, IMM_PROXY_PORT: '0'})
  t.regex(stdout, /imm holds 0 images and 1 container,/)
  t.regex(stdout, /1 container that no imm dev looks after .*: mine\/main$/m)
  t.notRegex(stdout, /theirs/)
})

test.serial('where no engine answers that is a problem, with its code, its next step and exit code 1', async (t) => {
  await using place = await temporaryPlace()
  const endpoint = `unix://${path.join(place.directory, 'nothing.sock')}`
  const {exitCode, stdout} = await place.imm(['doctor', ...patient, '--json'], {
    DOCKER_HOST: endpoint,
    IMM_PROXY_PORT: '0',
  })
  t.is(exitCode, 1)
  const lines = jsonLines(stdout)
  const engine = lines.filter(({check}) => check === 'engine')
  t.is(engine.length, 1)
  t.like(engine[0], {
    level: 'problem',
    code: 'ENGINE_MISSING',
    message: `no container engine answers at ${endpoint} (DOCKER_HOST)`,
  })
  t.regex(String(engine[0]?.['remedy']), /DOCKER_HOST/)
  t.is(lines.at(-1)?.['problems'], 1)
  t.true(
    lines.some(({check}) => check === 'names'),
    'the other checks are made all the same',
  )
})

for (const [what, silent] of [
  ['to nothing', ['_ping']],
  ['half a conversation', ['info']],
] as const) {
  test.serial(`an engine that answers ${what} keeps doctor from nothing`, async (t) => {
    await using place = await temporaryPlace()
    await using engine = await fakeEngine(place.directory, silent)
    // It would hang for ever: that it ends at all is what the time limit of the kit tells.
    const {exitCode, stdout, timedOut} = await place.imm(['doctor', '--json'], {
      DOCKER_HOST: engine.endpoint,
      IMM_PROXY_PORT: '0',
    })
    t.false(timedOut)
    const found = jsonLines(stdout)
    t.is(exitCode, 1)
    const finding = found.find(({check}) => check === 'engine')
    t.like(finding, {level: 'problem', code: 'ENGINE_UNRESPONSIVE'})
    t.regex(String(finding?.['remedy']), /restart it/i)
  })
}

test.serial('a port that another program holds is a problem that names the program', async (t) => {
  await using place = await temporaryPlace()
  await using engine = await fakeEngine(place.directory)
  await using server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const {port} = server.address() as AddressInfo
  const {exitCode, stdout} = await place.imm(['doctor', ...patient], {
    DOCKER_HOST: engine.endpoint,
    IMM_PROXY_PORT: String(port),
  })
  t.is(exitCode, 1)
  const [first = '', remedy = ''] = stdout.split('\n')
  t.regex(first, new RegExp(`^problem +port +port ${port}, which imm's proxy needs, is taken`))
  if (onLinux) t.true(first.includes(`(pid ${process.pid}) (PORT_IN_USE)`), first)
  t.regex(remedy, /^ +.*IMM_PROXY_PORT=/)
})

test.serial('each mistake in the settings of the project is a problem with its line', async (t) => {
  await using place = await temporaryPlace()
  await using engine = await fakeEngine(place.directory)
  await writeFile(path.join(place.directory, 'Dockerfile'), 'FROM scratch\n')
  await writeFile(path.join(place.directory, 'imm.yaml'), 'prot: 3000\ndrain: soon\n')
  const env = {DOCKER_HOST: engine.endpoint, IMM_PROXY_PORT: '0'}
  const {exitCode, stdout} = await place.imm(['doctor', ...patient, '--json'], env)
  t.is(exitCode, 1)
  const findings = jsonLines(stdout).filter(({check}) => check === 'project')
  t.deepEqual(
    findings.map(({level, code}) => [level, code]),
    [
      ['problem', 'CONFIG_INVALID'],
      ['problem', 'CONFIG_INVALID'],
    ],
  )
  t.regex(String(findings[0]?.['message']), /imm\.yaml:1:1/)
  t.regex(String(findings[1]?.['message']), /imm\.yaml:2/)
})

test.serial('a project that works is told with its name, and what would be better as notes', async (t) => {
  await using place = await temporaryPlace()
  await using engine = await fakeEngine(place.directory)
  const env = {DOCKER_HOST: engine.endpoint, IMM_PROXY_PORT: '0'}
  await writeFile(path.join(place.directory, 'Dockerfile'), 'FROM scratch\n')
  await writeFile(path.join(place.directory, 'imm.yaml'), 'project: shop\n')
  await mkdir(path.join(place.directory, 'node_modules/a/b'), {recursive: true})
  const {exitCode, stdout} = await place.imm(['doctor', ...patient], env)
  t.is(exitCode, 0)
  t.regex(stdout, /^ok +project +shop: Dockerfile in /m)
  t.regex(stdout, /^note +project +there is no \.dockerignore/m)
  if (onLinux) t.regex(stdout, /this project needs 1$/m)
  await writeFile(path.join(place.directory, '.dockerignore'), '.git\n')
  t.notRegex((await place.imm(['doctor', ...patient], env)).stdout, /there is no \.dockerignore/)
})

test.serial('--fix starts nothing where DOCKER_HOST names the engine, and says why', async (t) => {
  await using place = await temporaryPlace()
  const env = {DOCKER_HOST: `unix://${place.directory}/nothing.sock`, IMM_PROXY_PORT: '0'}
  const {exitCode, stdout} = await place.imm(['doctor', ...patient, '--fix'], env)
  t.is(exitCode, 1)
  t.regex(stdout, /^--fix: DOCKER_HOST names the engine, so imm starts none/)
  t.regex(stdout, /^problem +engine .*\(ENGINE_MISSING\)$/m)
})

test.serial('--fix has nothing to do where an engine answers', async (t) => {
  await using place = await temporaryPlace()
  await using engine = await fakeEngine(place.directory)
  const env = {DOCKER_HOST: engine.endpoint, IMM_PROXY_PORT: '0'}
  const {exitCode, stdout, stderr} = await place.imm(['doctor', ...patient, '--fix', '--json'], env)
  t.is(exitCode, 0)
  t.regex(stderr, /^--fix: there is no engine to start\./)
  t.notThrows(() => jsonLines(stdout), 'stdout holds JSON alone')
})
