import {chmod, mkdtemp, rm} from 'node:fs/promises'
import {createServer} from 'node:net'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test from 'ava'
import {execa} from 'execa'

import {connectEngine} from '../../src/engine/connect.ts'
import {ImmError, isImmError} from '../../src/errors.ts'
import {fakeEngine} from './fake-engine.ts'

const signal = new AbortController().signal
const connect = (env: NodeJS.ProcessEnv, more: {answerMs?: number; signal?: AbortSignal} = {}) =>
  connectEngine({env, platform: 'linux', signal, ...more})

const failure = async (promise: Promise<unknown>): Promise<ImmError> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof ImmError) return error
  throw new Error(`no ImmError but ${String(error)}`)
}

test('what answers is described, and reached by published ports unless it is on this very machine', async (t) => {
  await using fake = await fakeEngine((_request, response) => response.writeHead(404).end())
  const env = {DOCKER_HOST: `unix://${fake.socketPath}`}
  const {facts} = await connect(env)
  t.deepEqual(facts, {
    name: 'Docker Engine',
    version: '20.10.0',
    apiVersion: '1.41',
    endpoint: `unix://${fake.socketPath}`,
    builder: 'classic',
    reach: 'published',
    dataRoot: undefined,
  })
  t.is((await connect({...env, IMM_REACH: 'address'})).facts.reach, 'address')
})

test('where nothing listens, the error says what was tried and what to do', async (t) => {
  const error = await failure(connect({DOCKER_HOST: 'unix:///nonexistent/docker.sock'}))
  t.is(error.code, 'ENGINE_MISSING')
  t.true(error.message.includes('unix:///nonexistent/docker.sock'))
  t.true(error.next.includes('DOCKER_HOST'))
  t.is(error.output.length, 1)
})

test('a socket that a dead engine left is an engine that is missing', async (t) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-dead-'))
  t.teardown(() => rm(directory, {recursive: true}))
  const socketPath = path.join(directory, 'docker.sock')
  await execa(
    process.execPath,
    [
      '-e',
      `require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`,
      socketPath,
    ],
    {reject: false},
  )
  t.is((await failure(connect({DOCKER_HOST: `unix://${socketPath}`}))).code, 'ENGINE_MISSING')
})

test('an engine that accepts and never answers is unresponsive', async (t) => {
  await using fake = await fakeEngine(() => {}, true)
  const beganMs = Date.now()
  const error = await failure(connect({DOCKER_HOST: `unix://${fake.socketPath}`}, {answerMs: 200}))
  t.is(error.code, 'ENGINE_UNRESPONSIVE')
  t.true(error.message.includes(fake.socketPath))
  t.true(Date.now() - beganMs < 3000)
})

test('giving up while an engine hangs rejects with the reason at once', async (t) => {
  await using fake = await fakeEngine(() => {}, true)
  const abort = new AbortController()
  const connecting = connect({DOCKER_HOST: `unix://${fake.socketPath}`}, {signal: abort.signal})
  setTimeout(() => abort.abort('quit'), 50)
  t.is(await connecting.catch((error: unknown) => error), 'quit' as never)
})

test('an endpoint that makes no sense is refused with the forms that do', async (t) => {
  const error = await failure(connect({DOCKER_HOST: 'nonsense://x'}))
  t.is(error.code, 'ENGINE_REFUSED')
  t.true(error.next.includes('unix://'))
})

test('what somebody wrote into DOCKER_HOST is shown as it was written', async (t) => {
  const missing = await failure(connect({DOCKER_HOST: '127.0.0.1:1'}))
  t.is(missing.code, 'ENGINE_MISSING')
  t.is(missing.message, 'no container engine answers at 127.0.0.1:1 (DOCKER_HOST)')
  for (const garbage of ['/var/run/docker.sock', 'what is this', ':::']) {
    const error = await failure(connect({DOCKER_HOST: garbage}))
    t.is(error.code, 'ENGINE_REFUSED', garbage)
    t.is(error.message, `DOCKER_HOST is "${garbage}", which names no engine`)
    t.true(error.next.includes('unix://'))
  }
})

test('an engine over SSH is refused with what to use instead', async (t) => {
  const error = await failure(connect({DOCKER_HOST: 'ssh://ann@box'}))
  t.is(error.code, 'ENGINE_REFUSED')
  t.true(error.next.includes('unset DOCKER_HOST'), error.next)
})

const asNobody = process.getuid?.() === 0 ? test : test.skip

asNobody('a socket of a group that the user is not in names that group', async (t) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-denied-'))
  t.teardown(() => rm(directory, {recursive: true}))
  await chmod(directory, 0o755)
  const socketPath = path.join(directory, 'docker.sock')
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  t.teardown(() => server.close())
  await chmod(socketPath, 0o660)
  const script = `
    import {connectEngine} from ${JSON.stringify(new URL('../../src/engine/connect.ts', import.meta.url).href)}
    const signal = new AbortController().signal
    const env = {DOCKER_HOST: 'unix://${socketPath}'}
    await connectEngine({env, platform: 'linux', signal}).catch(({code, message, next}) => console.log(JSON.stringify({code, message, next})))
  `
  const {stdout} = await execa(process.execPath, ['--input-type=module', '--eval', script], {uid: 65_534, gid: 65_534})
  const error = JSON.parse(stdout) as ImmError
  t.is(error.code, 'ENGINE_DENIED')
  t.true(error.message.includes('group root'), error.message)
})

test('an engine that goes away in the middle of a call is lost', async (t) => {
  await using fake = await fakeEngine((request) => request.socket.destroy())
  const engine = await connect({DOCKER_HOST: `unix://${fake.socketPath}`})
  t.is((await failure(engine.instances({}, signal))).code, 'ENGINE_LOST')
})

test('an engine that goes away ends its events with an error, however it closes', async (t) => {
  for (const close of ['cut', 'end'] as const) {
    const asked = Promise.withResolvers<() => void>()
    await using fake = await fakeEngine((_request, response) => {
      response.flushHeaders()
      asked.resolve(() => response.end())
    })
    const engine = await connect({DOCKER_HOST: `unix://${fake.socketPath}`})
    const next = failure(engine.events({}, signal)[Symbol.asyncIterator]().next())
    const end = await asked.promise
    if (close === 'cut') fake.cut()
    else end()
    t.is((await next).code, 'ENGINE_LOST', close)
  }
})

test('an engine that goes away in the middle of a build fails it as lost', async (t) => {
  await using fake = await fakeEngine((request, response) => {
    response.write('{"stream":"Step 1/2 : FROM x"}\n')
    setTimeout(() => request.socket.destroy(), 20)
  })
  const engine = await connect({DOCKER_HOST: `unix://${fake.socketPath}`})
  const {Readable} = await import('node:stream')
  const building = engine.build(
    {
      context: () => Readable.from([Buffer.alloc(1024)]),
      dockerfile: 'Dockerfile',
      target: undefined,
      args: {},
      labels: {},
      reference: 'a:b',
      onStep: () => {},
    },
    signal,
  )
  t.is((await failure(building)).code, 'ENGINE_LOST')
})

test('a refusal carries the words of the engine', async (t) => {
  await using fake = await fakeEngine((_request, response) =>
    response.writeHead(500, {'content-type': 'application/json'}).end('{"message":"out of patience"}'),
  )
  const engine = await connect({DOCKER_HOST: `unix://${fake.socketPath}`})
  const error = await failure(engine.instances({}, signal))
  t.true(isImmError(error, 'ENGINE_REFUSED'))
  t.is(error.message, 'listing containers: out of patience')
})

test('secrets of the environment are not put into the URL of a create', async (t) => {
  const urls: string[] = []
  await using fake = await fakeEngine((request, response) => {
    urls.push(request.url ?? '')
    response.writeHead(404, {'content-type': 'application/json'}).end('{"message":"no"}')
  })
  const engine = await connect({DOCKER_HOST: `unix://${fake.socketPath}`})
  const spec = {name: 'x', image: 'y', labels: {}, env: {TOKEN: 'hunter2'}, command: undefined, user: undefined}
  const rest = {port: 1, volumes: [], tmpfs: [], memoryBytes: undefined, cpus: undefined}
  await failure(engine.start({...spec, ...rest}, signal))
  t.true(urls.some((url) => url.includes('/containers/create?name=x')))
  t.false(urls.some((url) => url.includes('hunter2')))
})
