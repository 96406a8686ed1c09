import {setImmediate} from 'node:timers/promises'

import test from 'ava'
import * as fc from 'fast-check'

import {isImmError} from '../../src/errors.ts'
import {isLasting, type Lasting} from '../../src/ledger/entry.ts'
import {replay} from '../../src/ledger/replay.ts'
import {targetsOf} from '../../src/lifecycle/member.ts'
import type {Target} from '../../src/lifecycle/ports.ts'
import {ask} from '../../src/lifecycle/rollout/ask.ts'
import {containersOf} from '../../src/lifecycle/standing.ts'
import type {Asked} from '../../src/strategy/step.ts'
import {hurriedClock} from '../support/lifecycle-clock.ts'
import type {SettingChanges} from '../support/lifecycle-settings.ts'
import {good, testEnvironment, type TestDev, type TestEnvironment} from '../support/lifecycle.ts'
import type {Program} from '../support/memory-engine/program.ts'
import {serviceModel, type Saved} from './model.ts'

const programs: Readonly<Record<string, Program>> = {
  a: good('a'),
  b: good('b'),
  c: good('c'),
  'failing build': good('failing build', {
    build: {fails: 'run', instruction: 'RUN make', exitCode: 2, output: []},
  }),
  crash: good('crash', {exitCode: 1}),
  unhealthy: good('unhealthy', {status: 500}),
}
const isGood = (content: string): boolean => content.length === 1

type Step =
  | {does: 'save'; content: string}
  | {does: 'roll back'}
  /** of what is taking over, if anything is; `save`: of that */
  | {does: 'ask'; asked: Asked; save: string | undefined}
  | {does: 'crash'; what: 'live' | 'warm'}
  | {does: 'lose the engine'; save: string | undefined; crash: boolean}
  | {does: 'restart'; how: 'quit' | 'kill'}
  /** until nothing is under way; without it the next step comes in the middle of the last */
  | {does: 'settle'}

const anyContent = fc.constantFrom('a', 'b', 'c', 'a', 'b', 'c', 'failing build', 'crash', 'unhealthy')
const step: fc.Arbitrary<Step> = fc.oneof(
  {weight: 8, arbitrary: fc.record({does: fc.constant('save'), content: anyContent})},
  {weight: 7, arbitrary: fc.record({does: fc.constant('settle')})},
  {weight: 3, arbitrary: fc.record({does: fc.constant('roll back')})},
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant('ask'),
      asked: fc.constantFrom('promote', 'abort'),
      save: fc.option(anyContent, {nil: undefined}),
    }),
  },
  {weight: 3, arbitrary: fc.record({does: fc.constant('crash'), what: fc.constantFrom('live', 'warm')})},
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('lose the engine'),
      save: fc.option(anyContent, {nil: undefined}),
      crash: fc.boolean(),
    }),
  },
  {weight: 2, arbitrary: fc.record({does: fc.constant('restart'), how: fc.constantFrom('quit', 'kill')})},
)

const saved = (name: string): Saved => ({content: name, good: isGood(name)})

/** Ways to take over: most often the usual one. */
const ways: Readonly<Record<string, SettingChanges>> = {
  'blue-green': {},
  'blue-green of two': {replicas: 2},
  rolling: {replicas: 2, strategy: {kind: 'rolling', surge: 1, unavailable: 0}},
  'rolling without room': {replicas: 3, strategy: {kind: 'rolling', surge: 0, unavailable: 1}},
  recreate: {strategy: {kind: 'recreate'}},
  canary: {
    strategy: {
      kind: 'canary',
      steps: [
        {weight: 0.1, timeMs: 500},
        {weight: 0.5, timeMs: 500},
      ],
      limits: {minRequests: 50, errorShare: 0.01, latencyFactor: 2, latencyMs: 100},
      waitMs: 500,
    },
    mirror: {share: 1, timeMs: 250, requests: 100, reject: true},
  },
}
const way = fc.constantFrom('blue-green', 'canary', ...Object.keys(ways))

/** Plays the steps; throws where something is other than it must be. */
const play = async (steps: readonly Step[], how: string): Promise<void> => {
  const settings: SettingChanges = {health: {kind: 'http', timeoutMs: 200}, ...ways[how]}
  await using environment = testEnvironment(programs['a'], settings, {sockets: false})
  const clock = hurriedClock()
  const model = serviceModel(saved('a'))
  let dev = environment.start({clock})
  /** what every imm so far would have written into the ledger */
  const written: Lasting[] = []
  const ledger = () => [...written, ...dev.events.filter((event) => isLasting(event))]
  await dev.at()
  const save = (name: string): void => {
    environment.save(programs[name] ?? {})
    model.save(saved(name))
  }
  const crash = (what: 'live' | 'warm'): void => {
    const {live, previous = []} = environment.traffic.route ?? {}
    const victim = what === 'live' ? live : previous[0]
    try {
      if (victim) environment.engine.crash(victim.instance)
    } catch (error) {
      // Gone before it could end.
      if (!isImmError(error, 'ENGINE_REFUSED')) throw error
    }
    if (what === 'live') model.wounded()
  }
  try {
    for (const each of [...steps, {does: 'settle'} as const]) {
      switch (each.does) {
        case 'save':
          save(each.content)
          break
        case 'roll back':
          model.rolledBack(await rollBack(environment, dev))
          break
        case 'ask': {
          if (each.save !== undefined) save(each.save)
          const content = await askFor(each.asked, environment, dev)
          if (each.asked === 'abort') model.aborted(content)
          break
        }
        case 'crash':
          crash(each.what)
          break
        case 'lose the engine': {
          if (each.crash) crash('live')
          environment.engine.faults.lose()
          await dev.next('engine', ({state}) => state === 'lost')
          if (each.save !== undefined) save(each.save)
          environment.engine.faults.back()
          await dev.next('engine', ({state}) => state === 'back')
          break
        }
        case 'restart':
          if (each.how === 'kill') await dev.kill()
          else await dev.quit()
          // Killed between the end of the old one and the beginning of the new one, it left nobody.
          if (how === 'recreate' && each.how === 'kill') model.wounded()
          if (each.how === 'quit') await nothingLeft(environment)
          model.restarted(each.how)
          written.splice(0, Infinity, ...ledger())
          dev = environment.start({clock})
          // Until it has looked at what is there, nobody is replaced.
          await dev.at()
          break
        case 'settle':
          await dev.quiet()
          model.saw(await settledOn(environment, dev, ledger(), model.settled()))
          break
        default:
          each satisfies never
      }
    }
    await dev.quit()
    await nothingLeft(environment)
  } finally {
    await dev[Symbol.asyncDispose]()
  }
}

const rollBack = async (environment: TestEnvironment, dev: TestDev): Promise<string | undefined> => {
  try {
    const release = await dev.rollback()
    return environment.source.contentOfRelease(release)
  } catch (error) {
    if (isImmError(error)) return undefined
    throw error
  }
}

/** Turns of the event loop in which a candidate may appear. */
const turns = 400

/** The content that was promoted or given up; undefined where none was. */
const askFor = async (asked: Asked, environment: TestEnvironment, dev: TestDev): Promise<string | undefined> => {
  const {standing} = await dev.at()
  for (let turn = 0; turn < turns && !standing.candidate; turn++) await setImmediate()
  try {
    return environment.source.contentOfRelease(await ask(asked, standing))
  } catch (error) {
    if (isImmError(error)) return undefined
    throw error
  }
}

const nothingLeft = async (environment: TestEnvironment): Promise<void> => {
  const left = await environment.standing()
  if (left.length > 0 || environment.traffic.route) throw new Error(`left after quitting: ${left.join(', ')}`)
}

/** What serves now, if it may. */
const settledOn = async (
  environment: TestEnvironment,
  dev: TestDev,
  ledger: readonly Lasting[],
  allowed: ReadonlySet<string | undefined>,
): Promise<string | undefined> => {
  const {engine, traffic} = environment
  const content = (await environment.answer())?.content
  const containers = await environment.containers()
  const {live, previous} = (await dev.at()).standing
  const told = replay(ledger)
  const releases = previous.map(({member}) => member.release)
  const wanted = live?.settings.replicas ?? 0
  const problems = [
    allowed.has(content) ? undefined : `${content} serves and not ${[...allowed].join(' or ')}`,
    live?.instance.id === traffic.route?.live?.instance ? undefined : 'imm and the proxy differ about what is live',
    containers.filter(({state}) => state === 'running').length === wanted ? undefined : `not ${wanted} run`,
    containers.length === containersOf((await dev.at()).standing).length ? undefined : 'more than live and warm',
    same(
      live ? targetsOf(live) : [],
      traffic.route?.portions.flatMap(({targets}) => targets),
    )
      ? undefined
      : 'imm and the proxy differ about who has the traffic',
    previous.length <= 1 ? undefined : 'more are warm than are kept',
    same(
      previous.flatMap(({member}) => targetsOf(member)),
      traffic.route?.previous,
    )
      ? undefined
      : 'imm and the proxy differ about what is warm',
    told.live === live?.release ? undefined : `the ledger says ${told.live} is live`,
    told.previous.join() === releases.join() ? undefined : `the ledger says ${told.previous.join()} are warm`,
    isRising(traffic.flips.map(({generation}) => generation)) ? undefined : 'a generation went back',
    dev.all('warning').length === 0 ? undefined : `warned: ${dev.all('warning')[0]?.message}`,
  ].filter((problem) => problem !== undefined)
  if (problems.length === 0) return content
  const said = dev.events.filter(({type}) => type !== 'step' && type !== 'change').map((event) => JSON.stringify(event))
  throw new Error(
    [...problems, ...(await environment.standing()), `${engine.started} started`, ...said].join('\n').slice(0, 6000),
  )
}

const same = (some: readonly Target[], others: readonly Target[] = []): boolean =>
  instancesOf(some) === instancesOf(others)
const instancesOf = (targets: readonly Target[]): string =>
  targets
    .map(({instance}) => instance)
    .toSorted()
    .join()

const isRising = (numbers: readonly number[]): boolean =>
  numbers.every((number, at) => at === 0 || number >= (numbers[at - 1] ?? 0))

test('whatever is saved, rolled back, killed or lost, in whatever order: the last good content serves, alone and proved', async (t) => {
  t.timeout(600_000)
  // The same ones in CI each time, so that a change is held to what it changes; others on every run elsewhere.
  const [wanted, seeded] = process.env['CI'] ? [10_000, {seed: 2026}] : [2000, {}]
  // Where errors come from is not looked at here, and finding it out takes a fifth of the time.
  const {stackTraceLimit} = Error
  Error.stackTraceLimit = 0
  t.teardown(() => (Error.stackTraceLimit = stackTraceLimit))
  const property = fc.asyncProperty(fc.array(step, {minLength: 1, maxLength: 16, size: 'max'}), way, play)
  const {failed, counterexample, errorInstance, numRuns, seed, counterexamplePath} = await fc.check(property, {
    ...seeded,
    numRuns: wanted,
  })
  t.log(`${numRuns} runs`)
  t.false(
    failed && counterexample !== null,
    `seed ${seed}, path ${counterexamplePath}: ${JSON.stringify(counterexample)}\n${String(errorInstance)}`,
  )
  t.is(numRuns, wanted)
})
