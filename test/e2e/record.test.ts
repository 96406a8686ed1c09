import {readFile, stat} from 'node:fs/promises'
import path from 'node:path'

import {execa} from 'execa'

import {readHar} from '../../src/parity/har/read.ts'
import {defaultReplay, replayBehaviour} from '../../src/parity/replay/replay-behaviour.ts'
import {statePaths} from '../../src/state/paths.ts'
import {openReplaySide} from '../../src/wiring/parity/replay-side.ts'
import {startSide} from '../parity/replay/sides.ts'
import {ask} from '../proxy/kit/client.ts'
import {startDev} from '../support/dev.ts'
import {imm, immBin, immEnv, jsonLines} from '../support/imm.ts'
import {test} from '../support/one-by-one.ts'
import {testProject} from '../support/project.ts'
import {until} from '../support/until.ts'

const {signal} = new AbortController()

const dockerfile = `ARG NODE_IMAGE
FROM \${NODE_IMAGE}
WORKDIR /app
COPY package.json ./
COPY src ./src
EXPOSE 3000
CMD ["node", "src/server.js"]
`

/** Logs in with a password, and answers with the session, the time and the form's token. */
const shop = `import {createServer} from 'node:http'
createServer((request, response) => {
  const json = (body) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(body))
  }
  if (request.url === '/login') {
    response.setHeader('set-cookie', 'session=5e55101d-abcd-cookie; HttpOnly')
    request.resume().once('end', () => json({token: 'tok-5e55101d-answer', welcome: 'ann'}))
  } else if (request.url === '/') {
    response.setHeader('content-type', 'text/html')
    response.end('<h1>Shop</h1><input type="hidden" name="csrf_token" value="c5rf-token-of-the-form">')
  } else json({path: request.url, price: 10, at: new Date().toISOString(), session: request.headers.cookie})
}).listen(3000)
`

const secrets = [
  'hunter2-password',
  '5e55101d-abcd-cookie',
  'tok-5e55101d-answer',
  'c5rf-token-of-the-form',
  'query-key-4711',
  'bearer-abc-123',
  'ann@example.org',
  'annie-the-great',
]

test('what imm record keeps holds no secret, and finds the one field in which two sides differ', async (t) => {
  await using project = await testProject({
    files: {Dockerfile: dockerfile, 'src/server.js': shop},
    settings: 'parity: {replay: {redact: [nickname]}}',
  })
  t.regex((await imm(project, 'record')).stderr, /nothing runs in environment main/)
  await using dev = startDev(project)
  const {release} = await dev.goesLive()
  const nowhere = await imm(project, 'record', '-o', '/proc/x.har')
  t.is(nowhere.exitCode, 1)
  t.regex(nowhere.stderr, /error RECORDING_UNWRITABLE: the recording \/proc\/x\.har can't be written: ENOENT/)
  t.notRegex(nowhere.stdout, /^recording /m)
  const file = path.join(project.home, 'a.har')
  const args = ['record', '-o', file, '--methods', 'GET,POST', '--redact', 'email', '--json']
  const recording = execa(process.execPath, [immBin, ...args], {
    cwd: project.directory,
    env: immEnv(project),
    reject: false,
    stdin: 'ignore',
  })
  let said = ''
  recording.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  await until(async () => said.includes('"recording"'))
  const {origin, host} = dev.address()
  const {hostname, port} = new URL(origin)
  await ask(Number(port), {
    host,
    path: '/login',
    method: 'POST',
    headers: {'content-type': 'application/json'},
    body: JSON.stringify({
      user: 'ann',
      nickname: 'annie-the-great',
      email: 'ann@example.org',
      password: 'hunter2-password',
    }),
  })
  const headers = {cookie: 'session=5e55101d-abcd-cookie', authorization: 'Bearer bearer-abc-123'}
  for (const each of ['/', '/items/1', '/items/2?api_key=query-key-4711', '/items/3']) await dev.fetch(each, {headers})
  await until(async () => said.split('"kept"').length === 6)
  recording.kill('SIGINT')
  const {stdout, stderr} = await recording
  t.like(jsonLines(stdout).at(-1), {type: 'recorded', exchanges: 5, dropped: 0, end: 'interrupted', file}, stderr)

  const text = await readFile(file, 'utf8')
  for (const secret of secrets) t.false(text.includes(secret), secret)
  t.is((await stat(file)).mode & 0o777, 0o600)
  const {entries} = await readHar(file, signal)
  t.deepEqual(
    entries.map(({request, response}) => [request.method, response.status]),
    [['POST', 200], ...Array.from({length: 4}, () => ['GET', 200])],
  )
  t.like(entries[0], {_imm: {release}})

  const side = async (name: string, price: number) =>
    startSide(t, name, ({url = ''}, response) => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({path: url, price, at: new Date().toISOString()}))
    })
  const [staging, same, other] = [await side('staging', 10), await side('same', 10), await side('other', 11)]
  const replayed = await replayBehaviour(file, staging, same, defaultReplay, {}, signal)
  t.like(replayed, {findings: [], requests: 4, uncompared: [], skipped: [{reason: 'with POST', count: 1}]})
  const {findings} = await replayBehaviour(file, staging, other, defaultReplay, {}, signal)
  t.deepEqual(
    findings.map(({rule, subject, a, b}) => ({rule, subject, a, b})),
    ['GET / price', 'GET /items/{id} price'].map((subject) => ({
      rule: 'behaviour.body.json',
      subject,
      a: '10',
      b: '11',
    })),
  )
  // The environment itself is a side as well, reached through the proxy.
  const context = {
    cwd: project.directory,
    paths: statePaths(immEnv(project)),
    onWarning: (warning: string) => t.fail(warning),
  }
  {
    await using here = await openReplaySide(
      'env:main',
      {kind: 'env', environment: 'main', app: undefined},
      context,
      signal,
    )
    t.like(here, {origin: `http://${host}`, connect: {host: hostname, port: Number(port)}})
    // Of a release a container is started, and removed.
    const one = {kind: 'release', release: 'r1', environment: 'main'} as const
    await using own = await openReplaySide('release:r1', one, context, signal)
    t.like(await replayBehaviour(file, here, own, defaultReplay, {}, signal), {
      findings: [],
      requests: 4,
      uncompared: [],
    })
  }
  const left = await execa('docker', [
    'ps',
    '-aq',
    '--filter',
    'label=imm.role=trial',
    '--filter',
    `label=imm.project=${project.name}`,
  ])
  t.is(left.stdout, '')
  await dev.stop()
})

test('a recording ends by itself, with so many requests or after so long', async (t) => {
  await using project = await testProject({files: {Dockerfile: dockerfile, 'src/server.js': shop}})
  await using dev = startDev(project)
  await dev.goesLive()
  const run = (...args: string[]) => {
    const child = execa(process.execPath, [immBin, 'record', '--json', ...args], {
      cwd: project.directory,
      env: immEnv(project),
      stdin: 'ignore',
    })
    const begun = new Promise<void>((resolve) => child.stdout.once('data', () => resolve()))
    return {child, begun}
  }
  const some = run('--max', '2', '--sample', '1/3')
  await some.begun
  for (let index = 0; index < 4; index++) await dev.fetch(`/items/${index}`)
  const [last] = jsonLines((await some.child).stdout).slice(-1)
  t.like(last, {exchanges: 2, end: 'count'})
  const kept = await readHar(String(last?.['file']), signal)
  t.true(String(last?.['file']).startsWith(path.join(project.home, 'recordings')))
  t.deepEqual(
    kept.entries.map(({request}) => new URL(request.url).pathname),
    ['/items/0', '/items/3'],
  )
  const short = run('--duration', '1s')
  t.like(jsonLines((await short.child).stdout).at(-1), {exchanges: 0, end: 'duration'})
  await dev.stop()
})
