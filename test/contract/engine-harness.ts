import {randomBytes} from 'node:crypto'
import {Readable} from 'node:stream'
import {setTimeout as sleep} from 'node:timers/promises'

import type {TestFn} from 'ava'

import type {BuildRequest, Engine, Image, Instance, InstanceSpec, Layering} from '../../src/lifecycle/ports.ts'
import type {Program} from '../support/memory-engine/program.ts'
import type {Write} from '../support/memory-engine/written.ts'
import {test as anyTest} from '../support/one-by-one.ts'

/** An engine under test, and what a test can do behind its back. */
export interface EngineHarness {
  engine: Engine
  /** tar of a context that builds into this program */
  context(program: Program): Buffer
  /** tar of a layer that gives an image's program another content */
  layer(program: Program): Buffer
  /** the same engine as a later imm finds it */
  again(): Promise<Engine>
  /** removes a container as somebody else would */
  removeBehindTheBack(id: string): Promise<void>
  /** does to one path what the program of a container, or somebody in it, would */
  write(id: string, path: string, write: Write): Promise<void>
  /** what `docker update` does */
  alter(id: string, to: {memoryBytes: number}): Promise<void>
  /** whether a process with this text in its command line runs in a build; undefined where none ever does */
  buildRuns?(marker: string): Promise<boolean>
  /** how layers go on images here; undefined: `load` */
  way?: Layering['way'] | undefined
  /** what this engine can't do */
  lacks: readonly (
    | 'parse line'
    | 'build cancel'
    | 'memory kill'
    | 'init'
    | 'update'
    | 'exec start'
    | 'names'
    | 'check schedule'
  )[]
  close(): PromiseLike<void>
}

/** What the parts of the contract share. */
export type Bench = ReturnType<typeof engineBench>

interface Has {
  context: EngineHarness
}

export const signal = new AbortController().signal
export const port = 8080

/** Opens the engine before the tests of a file, and leaves nothing of them in it. */
export const engineBench = (open: () => Promise<EngineHarness>) => {
  const test = anyTest as TestFn<EngineHarness>
  const project = `contract-${randomBytes(4).toString('hex')}`
  const labels = {'imm.project': project, 'imm.environment': 'main', 'imm.app': 'web'}
  let count = 0

  const request = (harness: EngineHarness, program: Program, more: Partial<BuildRequest> = {}): BuildRequest => ({
    context: () => Readable.from([harness.context(program)]),
    dockerfile: 'Dockerfile',
    target: undefined,
    args: {},
    labels,
    reference: `imm/${project}/web:main-r${++count}-0000000`,
    onStep: () => {},
    ...more,
  })
  const build = (t: Has, program: Program): Promise<Image> =>
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
  const launch = async (t: Has, program: Program, more: Partial<InstanceSpec> = {}) =>
    t.context.engine.start(spec(await build(t, program), more), signal)

  test.before(async (t) => {
    Object.assign(t.context, await open())
    keep = t.context
  })
  let keep: EngineHarness | undefined
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
  return {
    test,
    project,
    labels,
    request,
    build,
    spec,
    launch,
    newName: () => `imm/${project}/web:main-r${++count}-1111111`,
  }
}

export const ids = (instances: readonly Instance[]): string[] => instances.map(({id}) => id)

/** Polls, because nothing tells what the engine does on its side. */
export const until = async (condition: () => Promise<boolean>): Promise<void> => {
  const deadlineMs = Date.now() + 20_000
  while (!(await condition())) {
    if (Date.now() > deadlineMs) throw new Error(`did not come true within 20 s: ${condition.toString()}`)
    await sleep(25)
  }
}

export const once = async ({address}: Instance, timeoutMs: number): Promise<string> => {
  if (!address) throw new Error('the container has no address')
  const response = await fetch(`http://${address.host}:${address.port}/`, {signal: AbortSignal.timeout(timeoutMs)})
  return response.text()
}

/** The answer of a container's program, once it answers. */
export const answer = async (instance: Instance): Promise<string> => {
  let body = ''
  await until(async () => {
    body = await once(instance, 1000).catch(() => '')
    return body !== ''
  })
  return body
}
