/** What every engine must do, whatever is behind it: run on the memory engine, Docker and Podman alike. */
import {randomBytes} from 'node:crypto'
import {Readable} from 'node:stream'
import {setTimeout as sleep} from 'node:timers/promises'

import anyTest, {type TestFn} from 'ava'

import {isImmError} from '../../src/errors.ts'
import type {BuildRequest, BuildStep, Engine, Image, Instance, InstanceSpec} from '../../src/lifecycle/ports.ts'
import type {Program} from '../support/memory-engine/program.ts'

export interface EngineHarness {
  engine: Engine
  /** tar of a context that builds into this program */
  context(program: Program): Buffer
  /** removes a container as somebody else would */
  removeBehindTheBack(id: string): Promise<void>
  /** whether a process with this text in its command line runs in a build; undefined where none ever does */
  buildRuns?(marker: string): Promise<boolean>
  /** what this engine can't do */
  lacks: readonly ('parse line' | 'build cancel' | 'memory kill' | 'sub-second log times' | 'init')[]
  close(): PromiseLike<void>
}

interface Context extends EngineHarness {
  /** of this run alone */
  labels: Record<string, string>
}

const signal = new AbortController().signal
const port = 8080

export const engineContract = (openHarness: () => Promise<EngineHarness>): void => {
  const test = anyTest as TestFn<Context>
  const project = `contract-${randomBytes(4).toString('hex')}`
  const labels = {'imm.project': project, 'imm.environment': 'main', 'imm.app': 'web'}
  let count = 0

  const request = (harness: Context, program: Program, more: Partial<BuildRequest> = {}): BuildRequest => ({
    context: () => Readable.from([harness.context(program)]),
    dockerfile: 'Dockerfile',
    target: undefined,
    args: {},
    labels,
    reference: `imm/${project}/web:main-r${++count}-0000000`,
    onStep: () => {},
    ...more,
  })
  const build = (t: {context: Context}, program: Program): Promise<Image> =>
    t.context.engine.build(request(t.context, program), signal)
  const spec = (image: Image, more: Partial<InstanceSpec> = {}): InstanceSpec => ({
    name: `imm-${project}-${++count}`,
    image: image.id,
    labels: {...labels, 'imm.release': 'r1-0000000'},
    env: {},
    command: undefined,
    user: undefined,
    port,
    volumes: [],
    tmpfs: [],
    memoryBytes: undefined,
    cpus: undefined,
    ...more,
  })
  const launch = async (t: {context: Context}, program: Program, more: Partial<InstanceSpec> = {}) =>
    t.context.engine.start(spec(await build(t, program), more), signal)

  test.before(async (t) => {
    Object.assign(t.context, await openHarness(), {labels})
    keep = t.context
  })
  let keep: Context | undefined
  // AVA gives every test a copy of the context of `before`, and `after` its own.
  test.afterEach.always(async (t) => {
    const {engine} = t.context
    await Promise.all((await engine.instances(labels, signal)).map(({id}) => engine.remove(id, 0, signal)))
  })
  test.after.always(async () => {
    if (!keep) return
    const {engine} = keep
    await Promise.all((await engine.instances(labels, signal)).map(({id}) => engine.remove(id, 0, signal)))
    for (const {id, references} of await engine.images(labels, signal))
      for (const name of [...references, id]) await engine.untag(name, signal)
    await Promise.all((await engine.volumes(labels, signal)).map(({name}) => engine.removeVolume(name, signal)))
    await keep.close()
  })

  test.serial('a build makes an image with its name, labels and ports, and tells its steps', async (t) => {
    const steps: BuildStep[] = []
    const asked = request(
      t.context,
      {listen: port, expose: [9000, port], content: project},
      {onStep: (step) => void steps.push(step)},
    )
    const image = await t.context.engine.build(asked, signal)
    t.regex(image.id, /^sha256:[0-9a-f]{64}$/)
    t.true(image.references.includes(asked.reference))
    t.like(image.labels, labels)
    t.deepEqual(image.exposedPorts, [port, 9000])
    t.false(image.hasHealthcheck)
    t.true(Math.abs(Date.now() - image.createdMs) < 60_000)
    t.deepEqual(await t.context.engine.image(asked.reference, signal), image)
    t.is(await t.context.engine.image(`${asked.reference}-none`, signal), undefined)
    t.true((await t.context.engine.images(labels, signal)).some(({id}) => id === image.id))
    const names = steps.filter(({status}) => status === 'started').map(({name}) => name)
    t.true(
      names.some((name) => /^\[.*\] FROM /.test(name)),
      names.join('\n'),
    )
    for (const name of names)
      t.true(
        steps.some((step) => step.name === name && ['done', 'cached'].includes(step.status)),
        name,
      )
  })

  test.serial('a failing instruction is named with its exit code and the last 20 lines of its output', async (t) => {
    const instruction = 'RUN for i in $(seq 25); do echo line $i; done; exit 7'
    const output = Array.from({length: 25}, (_, index) => `line ${index + 1}`)
    const steps: BuildStep[] = []
    const asked = request(
      t.context,
      {build: {fails: 'run', instruction, exitCode: 7, output}},
      {onStep: (step) => void steps.push(step)},
    )
    const error = await t.throwsAsync(t.context.engine.build(asked, signal))
    if (!isImmError(error, 'BUILD_FAILED')) return t.fail(String(error))
    t.true(error.message.includes(instruction), error.message)
    t.true(error.message.endsWith('failed with exit code 7'), error.message)
    t.true(error.step?.endsWith(instruction), error.step)
    t.deepEqual(error.output, output.slice(5))
    t.is(steps.at(-1)?.status, 'failed')
    t.is(await t.context.engine.image(asked.reference, signal), undefined)
    return undefined
  })

  test.serial('a Dockerfile that makes no sense is told apart from a failing build', async (t) => {
    const program: Program = {build: {fails: 'dockerfile', line: 3, cause: 'FOO bar'}}
    const error = await t.throwsAsync(build(t, program))
    t.true(isImmError(error, 'DOCKERFILE_INVALID'), String(error))
    t.regex(error.message, t.context.lacks.includes('parse line') ? /^Dockerfile: .*FOO/ : /^Dockerfile:3: .*FOO/)
  })

  test.serial('a base image that is not to be had is named', async (t) => {
    const image = 'registry.invalid/nobody/nothing:1'
    const error = await t.throwsAsync(build(t, {build: {fails: 'base', image}}))
    t.true(isImmError(error, 'BASE_IMAGE_MISSING'), String(error))
    t.true(error.message.includes(image), error.message)
  })

  test.serial('a cancelled build rejects with the reason and stops in the engine', async (t) => {
    // Podman 4.3 ends a cancelled build only after the instruction that runs.
    const seconds = t.context.lacks.includes('build cancel') ? 4 : 61
    const marker = `${seconds}.${randomBytes(4).readUInt32BE()}`
    const instruction = `RUN sleep ${marker}`
    const abort = new AbortController()
    const begun = Promise.withResolvers<void>()
    const onStep = ({name, status}: BuildStep) => {
      if (status === 'started' && !name.includes('FROM')) begun.resolve()
    }
    const program: Program = {buildMs: 60_000, build: {fails: 'run', instruction, exitCode: 1, output: []}}
    const asked = request(t.context, program, {onStep})
    const building = t.context.engine.build(asked, abort.signal)
    await Promise.race([begun.promise, building])
    const runs = async () => (await t.context.buildRuns?.(marker)) ?? false
    if (t.context.buildRuns) await until(runs)
    const reason = {kind: 'superseded', by: 2}
    abort.abort(reason)
    const abortedMs = Date.now()
    t.is(await building.catch((error: unknown) => error), reason as never)
    t.true(Date.now() - abortedMs < 1000)
    await until(async () => !(await runs()))
    t.is(await t.context.engine.image(asked.reference, signal), undefined)
  })

  test.serial('a context that fails on the way fails the build with that very error', async (t) => {
    const moved = new Error('moved')
    const context = () =>
      Readable.from(
        (async function* () {
          yield t.context.context({listen: port}).subarray(0, 1024)
          await sleep(50)
          throw moved
        })(),
      )
    const asked = request(t.context, {}, {context})
    t.is(await t.throwsAsync(t.context.engine.build(asked, signal)), moved)
    t.is(await t.context.engine.image(asked.reference, signal), undefined)
  })

  test.serial('an image has several names and goes with the last one, unless a container needs it', async (t) => {
    const {engine} = t.context
    const asked = request(t.context, {content: 'names'})
    const image = await engine.build(asked, signal)
    const other = `imm/${project}/web:main-r${++count}-1111111`
    await engine.tag(image.id, other, signal)
    t.deepEqual((await engine.image(image.id, signal))?.references.toSorted(), [asked.reference, other].toSorted())
    await engine.untag(asked.reference, signal)
    await engine.untag(asked.reference, signal)
    t.deepEqual((await engine.image(image.id, signal))?.references, [other])
    const instance = await engine.start(spec(image), signal)
    await engine.untag(other, signal)
    t.is((await engine.image(image.id, signal))?.id, image.id)
    await engine.remove(instance.id, 0, signal)
    for (const name of [other, image.id]) await engine.untag(name, signal)
    t.is(await engine.image(image.id, signal), undefined)
  })

  test.serial('a started container is reached at its address and known by its labels', async (t) => {
    const {engine} = t.context
    const image = await build(t, {listen: port, content: 'hello', bootMs: 100})
    const wanted = spec(image)
    const instance = await engine.start(wanted, signal)
    t.is(instance.state, 'running')
    t.is(instance.name, wanted.name)
    t.is(instance.image, image.id)
    t.like(instance.labels, wanted.labels)
    t.is(instance.exitCode, undefined)
    t.true(Math.abs(Date.now() - (instance.startedMs ?? 0)) < 10_000)
    t.true((await answer(instance)).includes('hello'))
    t.deepEqual(await engine.instance(instance.id, signal), instance)
    t.deepEqual(await engine.instances({...labels, 'imm.release': 'r1-0000000'}, signal).then(ids), [instance.id])
    t.deepEqual(await engine.instances({...labels, 'imm.release': 'r2-0000000'}, signal), [])
    t.true((await engine.instances({}, signal).then(ids)).includes(instance.id))
    await engine.remove(instance.id, 0, signal)
    t.is(await engine.instance(instance.id, signal), undefined)
    t.deepEqual(await engine.instances(labels, signal), [])
  })

  test.serial('a container that ends is known by its exit code, and its end is told', async (t) => {
    const {engine} = t.context
    const abort = new AbortController()
    const events = engine.events(labels, abort.signal)[Symbol.asyncIterator]()
    const instance = await launch(t, {exitCode: 7, bootMs: 50}, {labels: {...labels, 'imm.release': 'r9-0000000'}})
    const {value} = (await events.next()) as IteratorYieldResult<unknown>
    t.like(value, {kind: 'exited', id: instance.id, labels: {...labels, 'imm.release': 'r9-0000000'}})
    t.like(await engine.instance(instance.id, signal), {
      state: 'exited',
      exitCode: 7,
      address: undefined,
      outOfMemory: false,
    })
    const waiting = events.next()
    abort.abort('enough')
    t.is(await waiting.catch((error: unknown) => error), 'enough' as never)
    await engine.remove(instance.id, 10_000, signal)
  })

  test.serial('events of other labels are not told', async (t) => {
    const {engine} = t.context
    const abort = new AbortController()
    const wanted = {...labels, 'imm.release': 'r5-0000000'}
    const events = engine.events(wanted, abort.signal)[Symbol.asyncIterator]()
    const image = await build(t, {exitCode: 0})
    const other = await engine.start(spec(image, {labels: {...labels, 'imm.release': 'r4-0000000'}}), signal)
    const own = await engine.start(spec(image, {labels: wanted}), signal)
    t.like(((await events.next()) as IteratorYieldResult<unknown>).value, {id: own.id})
    abort.abort()
    await Promise.all([other, own].map(({id}) => engine.remove(id, 0, signal)))
  })

  test.serial('a container over its memory is killed and says so', async (t) => {
    const {engine} = t.context
    const instance = await launch(t, {outOfMemory: true, bootMs: 50}, {memoryBytes: 32 * 2 ** 20})
    await until(async () => (await engine.instance(instance.id, signal))?.state === 'exited')
    t.like(await engine.instance(instance.id, signal), {
      outOfMemory: !t.context.lacks.includes('memory kill'),
      exitCode: 137,
    })
    await engine.remove(instance.id, 0, signal)
    return undefined
  })

  test.serial('a paused container does not answer until it goes on; doing either twice is fine', async (t) => {
    const {engine} = t.context
    const instance = await launch(t, {listen: port, content: 'awake'})
    await answer(instance)
    await engine.pause(instance.id, signal)
    await engine.pause(instance.id, signal)
    t.is((await engine.instance(instance.id, signal))?.state, 'paused')
    await t.throwsAsync(once(instance, 300))
    await engine.unpause(instance.id, signal)
    await engine.unpause(instance.id, signal)
    t.like(await engine.instance(instance.id, signal), {state: 'running', address: instance.address})
    t.true((await answer(instance)).includes('awake'))
    await engine.remove(instance.id, 0, signal)
  })

  test.serial('pausing what is not there is refused', async (t) => {
    const error = await t.throwsAsync(t.context.engine.pause('0'.repeat(64), signal))
    t.true(isImmError(error, 'ENGINE_REFUSED'), String(error))
  })

  test.serial('removing a paused or a gone container is fine', async (t) => {
    const {engine} = t.context
    const instance = await launch(t, {listen: port})
    await engine.pause(instance.id, signal)
    const beganMs = Date.now()
    await engine.remove(instance.id, t.context.lacks.includes('init') ? 1000 : 10_000, signal)
    t.true(Date.now() - beganMs < 5000, 'a frozen process got the signal')
    t.is(await engine.instance(instance.id, signal), undefined)
    await engine.remove(instance.id, 10_000, signal)
    await engine.remove(instance.id, 0, signal)
  })

  test.serial('two removals at once both resolve when the container is gone', async (t) => {
    const {engine} = t.context
    const {id} = await launch(t, {listen: port})
    await Promise.all([engine.remove(id, 0, signal), engine.remove(id, 0, signal)])
    t.is(await engine.instance(id, signal), undefined)
  })

  test.serial('what ignores SIGTERM has its grace time and is then killed', async (t) => {
    const {engine} = t.context
    const {id} = await launch(t, {listen: port, ignoreSigterm: true})
    const beganMs = Date.now()
    await engine.remove(id, 1000, signal)
    const tookMs = Date.now() - beganMs
    t.true(tookMs >= 950 && tookMs < 5000, `${tookMs} ms`)
    t.is(await engine.instance(id, signal), undefined)
  })

  test.serial(
    'a follow has the first line, the last one without a line break, and ends with the container',
    async (t) => {
      const {engine} = t.context
      const logs = ['first', '!oops', 'grüße ✓']
      const {id} = await launch(t, {logs, unfinished: 'the end', exitCode: 0, bootMs: 200})
      const lines = await Array.fromAsync(engine.logs(id, {follow: true}, signal))
      t.deepEqual(
        lines.filter(({stream}) => stream === 'stdout').map(({text}) => text),
        ['first', 'grüße ✓', 'the end'],
      )
      t.deepEqual(
        lines.filter(({stream}) => stream === 'stderr').map(({text}) => text),
        ['oops'],
      )
      for (const {timeMs} of lines) t.true(Math.abs(Date.now() - timeMs) < 30_000)
      const again = await Array.fromAsync(engine.logs(id, {follow: true}, signal))
      t.deepEqual(again, lines)
      const tail = await Array.fromAsync(engine.logs(id, {follow: false, tail: 1}, signal))
      // Which stream's line came last is the engine's to say.
      t.is(tail.length, 1)
      t.true(lines.some(({text}) => text === tail[0]?.text))
      const later = engine.logs(id, {follow: false, sinceMs: lines.at(-1)?.timeMs ?? 0}, signal)
      t.deepEqual(await Array.fromAsync(later), [])
      await engine.remove(id, 0, signal)
      t.deepEqual(await Array.fromAsync(engine.logs(id, {follow: true}, signal)), [])
    },
  )

  test.serial('a follow that is given up rejects with the reason', async (t) => {
    const {engine} = t.context
    const {id} = await launch(t, {logs: ['only'], listen: port})
    const abort = new AbortController()
    const lines = engine.logs(id, {follow: true}, abort.signal)[Symbol.asyncIterator]()
    t.like(await lines.next(), {value: {text: 'only'}})
    const waiting = lines.next()
    abort.abort('enough')
    t.is(await waiting.catch((error: unknown) => error), 'enough' as never)
    await engine.remove(id, 0, signal)
  })

  test.serial('ports that a program listens on are seen, with those that only it can reach', async (t) => {
    const {engine} = t.context
    const [open, closed] = await Promise.all([launch(t, {listen: 9000}), launch(t, {listen: 9001, loopback: true})])
    await until(async () => (await engine.listening(open.id, signal)).length > 0)
    t.deepEqual(await engine.listening(open.id, signal), [{port: 9000, loopback: false}])
    await until(async () => (await engine.listening(closed.id, signal)).length > 0)
    t.deepEqual(await engine.listening(closed.id, signal), [{port: 9001, loopback: true}])
    await Promise.all([open, closed].map(({id}) => engine.remove(id, 0, signal)))
    t.deepEqual(await engine.listening(open.id, signal), [])
  })

  test.serial('the environment reaches the program', async (t) => {
    const {id} = await launch(t, {printsEnv: 'GREETING', exitCode: 0}, {env: {GREETING: 'a=b "c" $d'}})
    const lines = await Array.fromAsync(t.context.engine.logs(id, {follow: true}, signal))
    t.deepEqual(
      lines.map(({text}) => text),
      ['a=b "c" $d'],
    )
    await t.context.engine.remove(id, 0, signal)
  })

  test.serial('a volume outlives the containers that use it', async (t) => {
    const {engine} = t.context
    const name = `imm-${project}-data`
    const volumes = [{name, path: '/data', readOnly: false, labels}]
    const image = await build(t, {countsStartsIn: '/data', exitCode: 0})
    const starts: string[] = []
    for (const _ of [1, 2]) {
      const {id} = await engine.start(spec(image, {volumes}), signal)
      for await (const {text} of engine.logs(id, {follow: true}, signal)) starts.push(text)
      await engine.remove(id, 0, signal)
    }
    t.deepEqual(starts, ['start 1', 'start 2'])
    t.deepEqual(await engine.volumes(labels, signal), [{name, labels}])
    t.deepEqual(await engine.volumes({...labels, 'imm.app': 'other'}, signal), [])
    await engine.removeVolume(name, signal)
    await engine.removeVolume(name, signal)
    t.deepEqual(await engine.volumes(labels, signal), [])
  })

  test.serial('a start that is given up leaves nothing, whenever that happens', async (t) => {
    const {engine} = t.context
    const image = await build(t, {listen: port})
    for (const afterMs of [0, 5, 20, 60, 120, 200]) {
      const abort = new AbortController()
      const starting = engine.start(spec(image), abort.signal)
      setTimeout(() => abort.abort('superseded'), afterMs)
      const outcome = await starting.catch((error: unknown) => error)
      if (outcome === 'superseded') t.deepEqual(await engine.instances(labels, signal), [], `after ${afterMs} ms`)
      // It was faster than the abort, which is fine too.
      else await engine.remove((outcome as Instance).id, 0, signal)
    }
    t.deepEqual(await engine.instances(labels, signal), [])
  })

  test.serial('an image that is not there is refused, and nothing stays', async (t) => {
    const image = {id: `sha256:${'0'.repeat(64)}`} as Image
    const error = await t.throwsAsync(t.context.engine.start(spec(image), signal))
    t.true(isImmError(error, 'ENGINE_REFUSED'), String(error))
    t.deepEqual(await t.context.engine.instances(labels, signal), [])
  })

  test.serial('a dead container of the same app gives its name away; a running one keeps it', async (t) => {
    const {engine} = t.context
    const wanted = spec(await build(t, {exitCode: 3}))
    const dead = await engine.start(wanted, signal)
    await until(async () => (await engine.instance(dead.id, signal))?.state === 'exited')
    const next = await engine.start({...wanted, image: (await build(t, {listen: port})).id}, signal)
    t.not(next.id, dead.id)
    t.is(await engine.instance(dead.id, signal), undefined)
    const error = await t.throwsAsync(engine.start(wanted, signal))
    t.true(isImmError(error, 'ENGINE_REFUSED'), String(error))
    t.deepEqual(await engine.instances(labels, signal).then(ids), [next.id])
    await engine.remove(next.id, 0, signal)
  })

  test.serial('what somebody else removed is no longer listed', async (t) => {
    const {engine} = t.context
    const [one, other] = await Promise.all([launch(t, {listen: port}), launch(t, {listen: port})])
    await t.context.removeBehindTheBack(one.id)
    t.deepEqual(await engine.instances(labels, signal).then(ids), [other.id])
    t.is(await engine.instance(one.id, signal), undefined)
    await engine.remove(other.id, 0, signal)
  })

  test.serial("an image's HEALTHCHECK can be asked at once", async (t) => {
    const {engine} = t.context
    for (const health of ['healthy', 'unhealthy'] as const) {
      const image = await build(t, {listen: port, health})
      t.true(image.hasHealthcheck)
      const {id} = await engine.start(spec(image), signal)
      t.is((await engine.healthcheck(id, signal)).healthy, health === 'healthy')
      await engine.remove(id, 0, signal)
    }
    const {id} = await launch(t, {listen: port})
    t.deepEqual(await engine.healthcheck(id, signal), {healthy: true, output: ''})
    await engine.remove(id, 0, signal)
  })

  test.serial('every call rejects with the reason of a signal that was aborted before', async (t) => {
    const {engine} = t.context
    const gone = AbortSignal.abort('gone')
    const calls = [
      engine.images({}, gone),
      engine.image('x', gone),
      engine.instances({}, gone),
      engine.instance('x', gone),
      engine.remove('x', 0, gone),
      engine.volumes({}, gone),
      engine.listening('x', gone),
      engine.build(request(t.context, {}), gone),
    ]
    for (const outcome of await Promise.allSettled(calls)) t.like(outcome, {status: 'rejected', reason: 'gone'})
  })
}

const ids = (instances: readonly Instance[]): string[] => instances.map(({id}) => id)

/** Polls, because nothing tells what the engine does on its side. */
const until = async (condition: () => Promise<boolean>): Promise<void> => {
  const deadlineMs = Date.now() + 20_000
  while (!(await condition())) {
    if (Date.now() > deadlineMs) throw new Error(`did not come true within 20 s: ${condition.toString()}`)
    await sleep(25)
  }
}

const once = async ({address}: Instance, timeoutMs: number): Promise<string> => {
  if (!address) throw new Error('the container has no address')
  const response = await fetch(`http://${address.host}:${address.port}/`, {signal: AbortSignal.timeout(timeoutMs)})
  return response.text()
}

/** The answer of a container's program, once it answers. */
const answer = async (instance: Instance): Promise<string> => {
  let body = ''
  await until(async () => {
    body = await once(instance, 1000).catch(() => '')
    return body !== ''
  })
  return body
}
