import test from 'ava'

import {ImmError} from '../../src/errors.ts'
import type {Outcome} from '../../src/lifecycle/outcome.ts'
import type {Split, Target, Traffic, Verified} from '../../src/lifecycle/ports.ts'
import type {JointAttempt, Part, Together} from '../../src/lifecycle/together.ts'
import {good, testEnvironment, type TestEnvironment} from '../support/lifecycle.ts'

interface TestPart extends JointAttempt {
  /** resolves when it waits for the others */
  readonly waits: Promise<AbortSignal>
  /** resolves when it has its turn, with what it is to have */
  readonly hasTurn: Promise<Split<Verified<Target>>>
  /** all others are verified */
  letAlone(): void
  /** whether it waited for that */
  readonly asked: readonly string[]
  /** all are verified */
  go(): void
  reject(error: Error): void
  /** makes its split, or not */
  perform(): Promise<void>
  refuse(error: Error): void
  readonly outcomes: readonly Outcome['kind'][]
}

const abortedBy = async (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))

const fakeTogether = ({traffic}: TestEnvironment) => {
  const parts: TestPart[] = []
  const looks: string[] = []
  let begun = Promise.withResolvers<TestPart>()
  const begin = (attempt: JointAttempt): Part => {
    looks.push('release')
    const alone = Promise.withResolvers<void>()
    const asked: string[] = []
    const all = Promise.withResolvers<void>()
    const waits = Promise.withResolvers<AbortSignal>()
    const hasTurn = Promise.withResolvers<Split<Verified<Target>>>()
    const made = Promise.withResolvers<Awaited<ReturnType<Traffic['split']>>>()
    const outcomes: Outcome['kind'][] = []
    const part: TestPart = {
      ...attempt,
      outcomes,
      waits: waits.promise,
      hasTurn: hasTurn.promise,
      asked,
      letAlone: alone.resolve,
      go: all.resolve,
      reject: all.reject,
      async perform() {
        made.resolve(await traffic.split(await hasTurn.promise, new AbortController().signal))
      },
      refuse: made.reject,
    }
    parts.push(part)
    begun.resolve(part)
    begun = Promise.withResolvers()
    return {
      async missing(signal) {
        asked.push('missing')
        await Promise.race([alone.promise, abortedBy(signal)])
      },
      async ready(signal) {
        waits.resolve(signal)
        await Promise.race([all.promise, abortedBy(signal)])
      },
      async split(split) {
        hasTurn.resolve(split)
        return made.promise
      },
      ended: ({kind}) => void outcomes.push(kind),
    }
  }
  const together: Together = {
    begin,
    looks() {
      looks.push('begins')
      return () => void looks.push('ends')
    },
    heard: ({type}) => void (['live', 'unchanged', 'rejected'].includes(type) && looks.push(type)),
  }
  return {
    together,
    parts,
    /** what it was told, in order */
    looks,
    /** the next release that begins */
    next: async () => begun.promise,
  }
}

/** An environment whose first release is live. */
const started = async (environment: TestEnvironment) => {
  const fake = fakeTogether(environment)
  const dev = environment.start({together: fake.together})
  const live = await dev.next('live')
  await dev.quiet()
  return {...fake, dev, live}
}

const other = () => new ImmError('TOGETHER_REJECTED', 'api was rejected')

test('a release flips once the others of its change are verified, in the one call that flips them all', async (t) => {
  await using environment = testEnvironment()
  const {dev, next, live} = await started(environment)
  await using _ = dev
  const beginning = next()
  environment.save(good('two'), {firstEventMs: 1234})
  const part = await beginning
  t.is(part.firstEventMs, 1234)
  t.is(part.generation, 2)
  await part.waits
  await dev.next('stage', ({stage, release}) => stage === 'shift' && release === part.release)
  t.is((await environment.answer())?.release, live.release)
  part.go()
  const {portions} = await part.hasTurn
  t.like(portions[0], {weight: 1, targets: [{release: part.release, generation: 2}]})
  t.is((await environment.answer())?.release, live.release)
  await part.perform()
  t.like(await dev.next('live'), {release: part.release, previous: live.release})
  await dev.quiet()
  t.deepEqual(part.outcomes, ['live'])
  t.deepEqual(await environment.standing(), ['two running', 'one paused'])
})

test('what is live is replaced when it dies while its successor waits', async (t) => {
  await using environment = testEnvironment()
  const {dev, next, live} = await started(environment)
  await using _ = dev
  const beginning = next()
  environment.save(good('two'))
  const part = await beginning
  await part.waits
  const [serving] = environment.traffic.route?.portions[0]?.targets ?? []
  environment.engine.crash(serving?.instance ?? '')
  t.like(await dev.next('live'), {release: live.release, cause: 'replace'})
  part.go()
  await part.perform()
  t.like(await dev.next('live'), {release: part.release})
})

test('where another one is rejected, it is given up, and tried again with the next change of those', async (t) => {
  await using environment = testEnvironment()
  const {dev, next, live} = await started(environment)
  await using _ = dev
  const beginning = next()
  environment.save(good('two'))
  const part = await beginning
  await part.waits
  part.reject(other())
  t.like(await dev.next('rejected'), {release: part.release, code: 'TOGETHER_REJECTED', message: 'api was rejected'})
  await dev.quiet()
  t.deepEqual(part.outcomes, ['held back'])
  t.deepEqual(await environment.standing(), ['one running'])
  t.is((await environment.answer())?.release, live.release)
  const again = next()
  const loop = await dev.loop()
  loop.trigger({})
  const second = await again
  second.go()
  await second.perform()
  t.like(await dev.next('live'), {release: second.release, previous: live.release})
  await dev.quiet()
  loop.trigger({})
  t.like(await dev.next('unchanged'), {release: second.release, state: 'live'})
})

test('where another one fails when all were about to flip, nothing is flipped', async (t) => {
  await using environment = testEnvironment()
  const {dev, next, live} = await started(environment)
  await using _ = dev
  const beginning = next()
  environment.save(good('two'))
  const part = await beginning
  part.go()
  await part.hasTurn
  part.refuse(other())
  t.like(await dev.next('rejected'), {stage: 'flip', code: 'TOGETHER_REJECTED'})
  await dev.quiet()
  t.is((await environment.answer())?.release, live.release)
  t.deepEqual(await environment.standing(), ['one running'])
})

test('the others are told of a release that is rejected, superseded, or ends while it waits', async (t) => {
  await using environment = testEnvironment()
  const {dev, next} = await started(environment)
  await using _ = dev
  const first = next()
  environment.save(good('two', {exitCode: 1}))
  await dev.next('rejected')
  await dev.quiet()
  t.deepEqual((await first).outcomes, ['rejected'])

  const second = next()
  environment.save(good('three'))
  const part = await second
  await part.waits
  const third = next()
  environment.save(good('four'))
  t.like(await dev.next('superseded'), {release: part.release, stage: 'shift'})
  const last = await third
  await last.waits
  t.deepEqual(part.outcomes, ['superseded'])

  const candidate = (await environment.containers()).find(({labels}) => labels['imm.release'] === last.release)
  environment.engine.crash(candidate?.id ?? '')
  t.like(await dev.next('rejected', ({release}) => release === last.release), {code: 'CRASHED'})
  await dev.quiet()
  t.deepEqual(last.outcomes, ['rejected'])
})

test('one that waits in a canary can be given up', async (t) => {
  const limits = {minRequests: 1, errorShare: 1, latencyFactor: 10, latencyMs: 1000}
  const strategy = {kind: 'canary', steps: [{weight: 0.5, timeMs: 0}], limits, waitMs: 0} as const
  await using environment = testEnvironment(good('one'), {strategy})
  const {dev, next, live} = await started(environment)
  await using _ = dev
  const beginning = next()
  environment.save(good('two'))
  const part = await beginning
  await part.waits
  const {ask} = await import('../../src/lifecycle/rollout/ask.ts')
  t.is(await ask('abort', (await dev.at()).standing), part.release)
  t.like(await dev.next('rejected'), {code: 'ABORTED'})
  t.is((await environment.answer())?.release, live.release)
})

test('what takes a dead container’s place, and a rollback, wait for nobody', async (t) => {
  await using environment = testEnvironment()
  const {dev, next, parts, live} = await started(environment)
  await using _ = dev
  const beginning = next()
  environment.save(good('two'))
  const part = await beginning
  part.go()
  await part.perform()
  await dev.next('live')
  await dev.quiet()
  t.is(await dev.rollback(), live.release)
  const [serving] = environment.traffic.route?.portions[0]?.targets ?? []
  environment.engine.crash(serving?.instance ?? '')
  await dev.next('live', ({cause}) => cause === 'replace')
  t.is(parts.length, 1)
})

test('a first release waits for nobody, as nothing is out of step with it', async (t) => {
  await using environment = testEnvironment()
  const {dev, parts} = await started(environment)
  await using _ = dev
  t.is((await environment.answer())?.content, 'one')
  t.deepEqual(parts, [])
})

test('who knows the others hears of each look for news, and of the release that it ends in before it is over', async (t) => {
  await using environment = testEnvironment()
  const {dev, next, looks} = await started(environment)
  await using _ = dev
  t.deepEqual(looks, ['begins', 'ends', 'live'])
  environment.save(good('one'))
  await dev.next('unchanged')
  await dev.quiet()
  t.deepEqual(looks.splice(0), ['begins', 'ends', 'live', 'begins', 'unchanged', 'ends'])
  const beginning = next()
  environment.save(good('two'))
  await (
    await beginning
  ).waits
  t.deepEqual(looks, ['begins', 'release', 'ends'])
  environment.source.movesInSnapshot = 1
  environment.save(good('three'))
  const part = await next()
  await part.waits
  // Looked at again as a file moved: at no time between was nothing being looked at.
  t.deepEqual(looks.slice(3), ['begins', 'begins', 'ends', 'release', 'ends'])
})

test('what can’t run twice ends its predecessor only once it alone is missing, and then waits to flip', async (t) => {
  await using environment = testEnvironment(good('one'), {overlap: false})
  const {dev, next, live} = await started(environment)
  await using _ = dev
  const beginning = next()
  environment.save(good('two'))
  const part = await beginning
  await dev.next('stage', ({stage, release}) => stage === 'shift' && release === part.release)
  await dev.quiet()
  t.deepEqual(part.asked, ['missing'])
  t.is((await environment.answer())?.release, live.release)
  t.deepEqual(await environment.standing(), ['one running'])
  part.letAlone()
  await part.waits
  t.deepEqual(await environment.standing(), ['two running'])
  part.go()
  await part.perform()
  t.like(await dev.next('live'), {release: part.release, previous: live.release})
})
