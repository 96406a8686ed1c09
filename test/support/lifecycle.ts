import {tmpdir} from 'node:os'
import {setImmediate as turn, setTimeout as sleep} from 'node:timers/promises'

import {hostGates} from '../../src/gates/host-gates.ts'
import {dev, type OneAttempt} from '../../src/lifecycle/dev.ts'
import type {Happening} from '../../src/lifecycle/events.ts'
import {full, type Full, type Layout} from '../../src/lifecycle/layout.ts'
import type {Loop} from '../../src/lifecycle/loop.ts'
import type {Change, Clock, Gates, Instance, Numbers, Probe, Target} from '../../src/lifecycle/ports.ts'
import type {Wanted} from '../../src/lifecycle/rollback.ts'
import type {Run} from '../../src/lifecycle/run.ts'
import {Stopped} from '../../src/lifecycle/stopped.ts'
import type {Together} from '../../src/lifecycle/together.ts'
import type {Checkout, Project} from '../../src/lifecycle/world.ts'
import {probe as realProbe} from '../../src/proxy/probe.ts'
import {releaseNumber, releaseOfReference, type ReleaseName} from '../../src/release/identity.ts'
import {environmentLabels} from '../../src/release/labels.ts'
import {realClock} from './lifecycle-clock.ts'
import {memoryFiles, type MemoryFiles} from './lifecycle-files.ts'
import {testProcess, type Call} from './lifecycle-process.ts'
import {memoryRecords, type MemoryRecords} from './lifecycle-records.ts'
import {testSettings, type SettingChanges} from './lifecycle-settings.ts'
import {dockerfileHash, scriptedSource, type ScriptedSource} from './lifecycle-source.ts'
import {memoryTraffic, type MemoryTraffic} from './lifecycle-traffic.ts'
import {memoryEngine, type MemoryEngine} from './memory-engine/memory-engine.ts'
import type {Program} from './memory-engine/program.ts'

export const port = 3000

/** A program that is healthy at once and answers this content. */
export const good = (content: string, more: Program = {}): Program => ({listen: port, content, ...more})

export type EventOf<Type extends Happening['type']> = Extract<Happening, {type: Type}>

/** `imm dev` in this process, on an environment of its own. */
export interface TestDev extends AsyncDisposable {
  readonly events: readonly Happening[]
  /** The next event of a type (and kind) that nobody was given before. */
  next<Type extends Happening['type']>(type: Type, matches?: (event: EventOf<Type>) => boolean): Promise<EventOf<Type>>
  /** All of a type so far. */
  all<Type extends Happening['type']>(type: Type): EventOf<Type>[]
  /** Resolves when nothing is under way: what has not happened by now does not happen by itself. */
  quiet(): Promise<void>
  /** what it asked of a part of the world, in order */
  calls(part: 'engine' | 'traffic' | 'probe' | 'gates' | 'numbers', method?: string): Call[]
  loop(): Promise<Loop>
  at(): Promise<Run>
  rollback(wanted?: Wanted): Promise<ReleaseName>
  /** `q`: resolves when it has ended. */
  quit(): Promise<void>
  /** a second Ctrl-C */
  hurry(): void
  /** kill -9: what it began stays as it is; resolves when what it had asked for is done */
  kill(): Promise<void>
  readonly ended: Promise<void>
}

export interface DevOptions {
  clock?: Clock
  probe?: Probe
  gates?: Gates
  together?: Together
  oneAttempt?: OneAttempt
}

/** What outlives an imm: engine, proxy, numbers, and the project on disk. */
export interface TestEnvironment extends AsyncDisposable {
  readonly engine: MemoryEngine
  readonly traffic: MemoryTraffic
  readonly source: ScriptedSource
  readonly records: MemoryRecords
  readonly files: MemoryFiles
  /** as imm.yaml and flags have them; read when a change says so */
  settings: SettingChanges
  /** imm.yaml can't be read */
  settingsError: Error | undefined
  /** ports that the Dockerfile exposes */
  exposedPorts: readonly number[]
  /** what the Dockerfile makes of a change */
  layout: Layout | Full
  /** of the Dockerfile as it is on disk */
  hash: string
  /** what git says; undefined: there is none */
  checkout: Checkout | undefined
  start(options?: DevOptions): TestDev
  /** Writes the program and tells about it. */
  save(program: Program, change?: Partial<Change>): void
  /** all but sandboxes */
  containers(): Promise<Instance[]>
  sandboxes(): Promise<Instance[]>
  /** every container as `<content> <state>`, the newest generation first */
  standing(): Promise<string[]>
  /** every image name as `r<number> <content>` */
  images(): Promise<string[]>
  /** what a request is answered now; undefined while requests are held */
  answer(): Promise<{release: string; content: string} | undefined>
}

export const id = {project: 'shop', environment: 'main', app: 'web'} as const
export const {signal: noSignal} = new AbortController()

const deadlineMs = 20_000

export const testEnvironment = (
  first: Program = good('one'),
  settings: SettingChanges = {},
  {sockets = true}: {sockets?: boolean} = {},
): TestEnvironment => {
  const engine = memoryEngine({sockets})
  const traffic = memoryTraffic(id)
  const source = scriptedSource(first, Date.now)
  const numbers = countingNumbers()
  const unproved: string[] = []
  /** ids of containers that had traffic; an imm that is started later may give it to them again */
  const proved = new Set<string>()
  const everything = async () => engine.instances(environmentLabels(id), noSignal)
  const environment: TestEnvironment = {
    engine,
    traffic,
    source,
    records: memoryRecords(),
    files: memoryFiles(),
    settings,
    settingsError: undefined,
    exposedPorts: [],
    layout: full('a scripted source has no layout'),
    hash: dockerfileHash,
    checkout: undefined,
    start: (options = {}) =>
      startDev(environment, numbers, sockets ? options : {probe: engine.byCall.probe, ...options}, unproved, proved),
    save(program, change) {
      source.write(program)
      source.touch(change)
    },
    containers: async () => (await everything()).filter(({labels}) => labels['imm.role'] !== 'sandbox'),
    sandboxes: async () => (await everything()).filter(({labels}) => labels['imm.role'] === 'sandbox'),
    async standing() {
      const containers = await environment.containers()
      return containers
        .toSorted((a, b) => Number(b.labels['imm.generation']) - Number(a.labels['imm.generation']))
        .map(({labels, state}) => `${source.contentOf(labels['imm.snapshot'])} ${state}`)
    },
    async images() {
      const images = await engine.images(environmentLabels(id), noSignal)
      return images
        .flatMap(({references, labels}) =>
          references.map((name) => {
            const release = releaseOfReference(id, name) ?? name
            return `r${releaseNumber(release)} ${source.contentOf(labels['imm.snapshot'])}`
          }),
        )
        .toSorted()
    },
    async answer() {
      const live = traffic.route?.live
      if (!live) return undefined
      if (!sockets) return engine.byCall.ask(live.address)
      const {host, port: at} = live.address
      return (await (await fetch(`http://${host}:${at}/`)).json()) as {release: string; content: string}
    },
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]()
      if (unproved.length > 0) throw new Error(`given traffic without proof: ${unproved.join(', ')}`)
    },
  }
  return environment
}

const startDev = (
  environment: TestEnvironment,
  numbers: Numbers,
  {clock = realClock, probe = realProbe, gates = hostGates(tmpdir()), together, oneAttempt}: DevOptions,
  unproved: string[],
  proved: Set<string>,
): TestDev => {
  const process = testProcess()
  const stop = new AbortController()
  const hurry = new AbortController()
  const events: Happening[] = []
  const given = new Set<Happening>()
  const ready = Promise.withResolvers<{at: Run; loop: Loop}>()
  let noticed = Promise.withResolvers<void>()
  const wake = () => {
    noticed.resolve()
    noticed = Promise.withResolvers()
  }
  const traffic = new Proxy(environment.traffic, {
    get(target, key) {
      if (key !== 'split') return Reflect.get(target, key) as unknown
      return async (...args: Parameters<MemoryTraffic['split']>) => {
        const [{portions, mirror}] = args
        for (const each of [...portions, ...(mirror ? [mirror] : [])].flatMap(({targets}) => targets))
          if (proved.has(each.instance) || wasProved(each, process.calls, environment.settings))
            proved.add(each.instance)
          else unproved.push(each.release)
        return target.split(...args)
      }
    },
  })
  const ended = dev({
    world: {
      id,
      engine: process.holds('engine', environment.engine),
      traffic: process.holds('traffic', traffic),
      probe: process.holds('probe', probe),
      gates: process.holds('gates', gates),
      clock: process.holds('clock', clock),
      numbers: process.holds('numbers', numbers),
      records: process.holds('records', environment.records),
      together,
      files: process.holds('files', environment.files),
    },
    project: projectOf(environment),
    async readProject() {
      if (environment.settingsError) throw environment.settingsError
      return projectOf(environment)
    },
    emit(happening) {
      if (process.killed) return
      events.push(happening)
      wake()
    },
    signal: stop.signal,
    hurry: hurry.signal,
    onReady: (at, loop) => ready.resolve({at, loop}),
    oneAttempt,
  })
  const over = ended.then(
    () => 'it ended',
    (error: unknown) => `it failed: ${String(error)}`,
  )
  void over.then(wake)
  const said = () => events.filter(({type}) => type !== 'step').map((event) => JSON.stringify(event))
  const all = <Type extends Happening['type']>(type: Type) =>
    events.filter((event): event is EventOf<Type> => event.type === type)

  const testDev: TestDev = {
    events,
    all,
    ended,
    async next(type, matches = () => true) {
      const giveUpMs = Date.now() + deadlineMs
      for (;;) {
        const found = all(type).find((event) => !given.has(event) && matches(event))
        if (found) {
          given.add(found)
          return found
        }
        const why = await Promise.race([noticed.promise, over, sleep(1000, 'nothing happened', {ref: false})])
        if (why === 'nothing happened' ? Date.now() > giveUpMs : why !== undefined)
          if (!all(type).some((event) => !given.has(event) && matches(event)))
            throw new Error(`no ${type}, ${why ?? ''}:\n${said().join('\n')}`)
      }
    },
    async quiet() {
      const giveUpMs = Date.now() + deadlineMs
      for (let turns = 0; turns < 5; turns = process.underWay === 0 ? turns + 1 : 0) {
        await turn()
        if (Date.now() < giveUpMs) continue
        const left = process.calls.filter(({outcome}) => outcome === 'under way').map(({method}) => method)
        throw new Error(`never quiet: ${left.join(', ')}\n${said().join('\n')}`)
      }
    },
    calls: (part, method = part) => process.calls.filter((call) => call.part === part && call.method === method),
    loop: async () => (await ready.promise).loop,
    at: async () => (await ready.promise).at,
    rollback: async (wanted) => (await (await ready.promise).loop.rollback(wanted)).member.release,
    async quit() {
      stop.abort(new Stopped({kind: 'quit'}))
      await ended
    },
    hurry: () => hurry.abort(new Stopped({kind: 'quit'})),
    async kill() {
      process.kill()
      while (process.calls.some(({part, outcome}) => part === 'engine' && outcome === 'under way')) await turn()
    },
    async [Symbol.asyncDispose]() {
      if (process.killed) return
      stop.abort(new Stopped({kind: 'quit'}))
      testDev.hurry()
      await over
    },
  }
  return testDev
}

const projectOf = ({source, settings, exposedPorts, layout, hash, checkout}: TestEnvironment): Project => ({
  settings: testSettings(settings),
  source,
  revision: async () => undefined,
  checkout: async () => checkout,
  dockerfile: async () => ({
    hash,
    text: undefined,
    wantsSecrets: false,
    exposedPorts,
    locate: (step) => (step.startsWith('[2/2]') ? 2 : undefined),
    layout: () => layout,
  }),
})

/** Whether an observation of this very container was good: by the probe, by its HEALTHCHECK, by its log, or by its being up. */
const wasProved = ({address, instance}: Target, calls: readonly Call[], {health, port: own}: SettingChanges): boolean =>
  calls.some(({part, method, args, value}) => {
    if (method === 'logs' && health?.kind === 'log') return args[0] === instance
    if (method === 'instance' && (health?.kind === 'up' || own === 0))
      return args[0] === instance && (value as Instance | undefined)?.state === 'running'
    if (part === 'probe') {
      const seen = value as {outcome: string; connected?: boolean} | undefined
      const isHere = JSON.stringify(args[0]) === JSON.stringify(address)
      return isHere && (['http', 'connected', 'garbage'].includes(seen?.outcome ?? '') || seen?.connected === true)
    }
    return (
      method === 'healthcheck' && args[0] === instance && (value as {healthy?: boolean} | undefined)?.healthy === true
    )
  })

const countingNumbers = (): Numbers => {
  let release = 0
  let generation = 0
  return {
    release: async () => ({release: ++release, generation: ++generation}),
    newest: async () => release,
    generation: async () => ++generation,
  }
}
