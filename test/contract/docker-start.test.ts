import {randomBytes} from 'node:crypto'
import {Readable} from 'node:stream'
import {setTimeout as sleep} from 'node:timers/promises'

import Docker from 'dockerode'

import {connectEngine} from '../../src/engine/connect.ts'
import {isImmError} from '../../src/errors.ts'
import type {InstanceSpec} from '../../src/lifecycle/ports.ts'
import {tarOf} from '../support/memory-engine/tar.ts'
import {test} from '../support/one-by-one.ts'
import {baseImage, noBaseImage} from './engine-base-image.ts'
import {dockerSocket, noDocker} from './engine-docker.ts'

const reason = (await noDocker()) ?? (await noBaseImage())
const onDocker = reason === undefined ? test : test.skip
const note = reason === undefined ? '' : ` (not run, because ${reason})`

const signal = new AbortController().signal
const project = `start-${randomBytes(4).toString('hex')}`
const labels = {'imm.project': project, 'imm.environment': 'main', 'imm.app': 'web'}
const docker = new Docker({socketPath: dockerSocket})
const connect = (env: NodeJS.ProcessEnv = {}) =>
  connectEngine({env: {DOCKER_HOST: `unix://${dockerSocket}`, ...env}, platform: process.platform, signal})
const spec = async (more: Partial<InstanceSpec>): Promise<InstanceSpec> => ({
  name: `imm-${project}-${randomBytes(3).toString('hex')}`,
  image: await baseImage(dockerSocket),
  labels,
  env: {},
  command: ['sleep', '1000'],
  user: undefined,
  port: 8080,
  volumes: [],
  tmpfs: [],
  memoryBytes: undefined,
  cpus: undefined,
  ...more,
})

const source = (path: string) => JSON.stringify(new URL(`../../${path}`, import.meta.url).href)

test.after.always(async () => {
  if (reason !== undefined) return
  const engine = await connect()
  const left = await engine.instances({'imm.project': project}, signal)
  await Promise.all(left.map(({id}) => engine.remove(id, 0, signal)))
})

onDocker(`a container has no more rights and resources than it was given${note}`, async (t) => {
  const engine = await connect({IMM_REACH: 'published'})
  const {id, address} = await engine.start(
    await spec({memoryBytes: 64 * 2 ** 20, cpus: 0.5, tmpfs: ['/scratch'], user: '1000:1000'}),
    signal,
  )
  const {HostConfig, Config} = await docker.getContainer(id).inspect()
  t.like(HostConfig, {
    SecurityOpt: ['no-new-privileges'],
    Init: true,
    Memory: 64 * 2 ** 20,
    MemorySwap: 64 * 2 ** 20,
    NanoCpus: 5e8,
    Tmpfs: {'/scratch': ''},
    RestartPolicy: {Name: 'no', MaximumRetryCount: 0},
    LogConfig: {Type: 'json-file', Config: {'max-file': '2', 'max-size': '10m'}},
  })
  t.is(Config.User, '1000:1000')
  const bindings = HostConfig.PortBindings as Record<string, {HostIp: string}[]>
  t.deepEqual(
    Object.values(bindings)
      .flat()
      .map(({HostIp}) => HostIp),
    ['127.0.0.1'],
  )
  t.is(address?.host, '127.0.0.1')
})

onDocker(`a container reached by its address publishes no port${note}`, async (t) => {
  const engine = await connect({IMM_REACH: 'address'})
  const {id, address} = await engine.start(await spec({}), signal)
  t.deepEqual((await docker.getContainer(id).inspect()).NetworkSettings.Ports, {'8080/tcp': null as never})
  t.is(address?.port, 8080)
  t.not(address?.host, '127.0.0.1')
})

onDocker(`a user that the image does not have is the application's mistake, and nothing stays${note}`, async (t) => {
  const engine = await connect()
  const wanted = await spec({user: 'nobody-such'})
  const error = await t.throwsAsync(engine.start(wanted, signal))
  t.true(isImmError(error, 'CRASHED'), String(error))
  t.true(error.message.includes('nobody-such'), error.message)
  t.is(await engine.instance(wanted.name, signal), undefined)
})

onDocker(`a command that is not in the image ends at once with code 127 and says so${note}`, async (t) => {
  const engine = await connect()
  const {id} = await engine.start(await spec({command: ['/nope']}), signal)
  const lines = await Array.fromAsync(engine.logs(id, {follow: true}, signal), ({text}) => text)
  t.true(lines.join('\n').includes('/nope'), lines.join('\n'))
  t.like(await engine.instance(id, signal), {state: 'exited', exitCode: 127})
})

onDocker(`a reader gets the last words of a container that is being removed${note}`, async (t) => {
  const engine = await connect()
  const command = ['sh', '-c', "trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.1; done"]
  const {id} = await engine.start(await spec({command}), signal)
  const lines: string[] = []
  const ready = Promise.withResolvers<void>()
  const reading = (async () => {
    for await (const {text} of engine.logs(id, {follow: true}, signal)) {
      lines.push(text)
      ready.resolve()
    }
  })()
  await ready.promise
  await engine.remove(id, 10_000, signal)
  await reading
  t.deepEqual(lines, ['ready', 'bye'])
})

onDocker(`a slow reader gets the last words of a container that has ended and is being removed${note}`, async (t) => {
  const engine = await connect()
  const {id} = await engine.start(
    await spec({command: ['sh', '-c', 'echo ready; sleep 0.1; printf bye; exit 1']}),
    signal,
  )
  const lines: string[] = []
  const ready = Promise.withResolvers<void>()
  const reading = (async () => {
    for await (const {text} of engine.logs(id, {follow: true}, signal)) {
      lines.push(text)
      ready.resolve()
      await sleep(1000)
    }
  })()
  await ready.promise
  await docker.getContainer(id).wait()
  await engine.remove(id, 0, signal)
  await reading
  t.deepEqual(lines, ['ready', 'bye'])
})

onDocker(`what asks the engine leaves the process free to end${note}`, async (t) => {
  const {execa} = await import('execa')
  const base = await baseImage(dockerSocket)
  const script = `
    import {Readable} from 'node:stream'
    import {connectEngine} from ${source('src/engine/connect.ts')}
    import {tarOf} from ${source('test/support/memory-engine/tar.ts')}
    const signal = new AbortController().signal
    const engine = await connectEngine({env: {DOCKER_HOST: 'unix://${dockerSocket}'}, platform: process.platform, signal})
    const request = {context: () => Readable.from([tarOf({Dockerfile: 'FROM ${base}\\nRUN sleep 61'})]), dockerfile: 'Dockerfile', args: {}, labels: {}, reference: 'imm/x/y:z'}
    const abort = new AbortController()
    const onStep = ({name, status}) => name.includes('sleep') && status === 'started' && abort.abort('enough')
    await engine.build({...request, onStep}, abort.signal).catch((error) => console.log(error))
    await engine.build({...request, dockerfile: 'none', onStep: () => {}}, signal).catch(({code}) => console.log(code))
  `
  const {stdout} = await execa(process.execPath, ['--input-type=module', '--eval', script], {timeout: 30_000})
  t.is(stdout, 'enough\nDOCKERFILE_INVALID')
})

onDocker(`a dead container of another app keeps its name${note}`, async (t) => {
  const engine = await connect()
  const wanted = await spec({command: ['true']})
  const {id} = await engine.start({...wanted, labels: {...labels, 'imm.app': 'other'}}, signal)
  const ended = engine.logs(id, {follow: true}, signal)
  await Array.fromAsync(ended)
  const error = await t.throwsAsync(engine.start(wanted, signal))
  t.true(isImmError(error, 'ENGINE_REFUSED'), String(error))
  t.is((await engine.instance(id, signal))?.id, id)
})

onDocker(`a build of a context that is no tar fails without leaving the connection open${note}`, async (t) => {
  const engine = await connect()
  const request = {
    dockerfile: 'Dockerfile',
    target: undefined,
    args: {},
    labels,
    reference: 'imm/x/y:z',
    onStep: () => {},
  }
  await t.throwsAsync(engine.build({...request, context: () => Readable.from([Buffer.alloc(4096, 'x')])}, signal))
  const base = await baseImage(dockerSocket)
  const context = () => Readable.from([tarOf({Dockerfile: `FROM ${base}\n`})])
  const image = await engine.build({...request, context, reference: `imm/${project}/web:main-r1-0000000`}, signal)
  t.like(image.labels, labels)
  await engine.untag(`imm/${project}/web:main-r1-0000000`, signal)
})
