import {setImmediate as turn} from 'node:timers/promises'

import {ImmError} from '../../../src/errors.ts'
import type {Happening} from '../../../src/lifecycle/events.ts'
import {jointFlips} from '../../../src/lifecycle/joint/flips.ts'
import type {Outcome} from '../../../src/lifecycle/outcome.ts'
import type {TrafficGroup} from '../../../src/lifecycle/ports.ts'
import {Stopped} from '../../../src/lifecycle/stopped.ts'
import type {Part} from '../../../src/lifecycle/together.ts'
import type {ReleaseName} from '../../../src/release/identity.ts'

/** A release of an app, as far as it has come. */
export interface TestRelease {
  readonly name: ReleaseName
  /** `ready` | `missing` | `go` | `alone` | `flipped`, or the code and message that it failed with */
  state: string
  missing(): Promise<void>
  ready(): Promise<void>
  /** once it may */
  split(within?: AbortSignal): Promise<void>
  ended(kind: Outcome['kind'] | 'aborted'): Promise<void>
  /** a newer one takes its place, or it ends */
  readonly over: AbortController
}

export interface TestApp {
  /** Looks for news, and finds some. */
  change(firstEventMs?: number): Promise<TestRelease>
  looks(): () => void
  hear(happening: Partial<Happening> & {type: Happening['type']}): Promise<void>
  readonly retries: number
  isSettling: boolean
}

/** Everything that was begun has been concluded from. */
export const settled = async (): Promise<void> => {
  for (let turns = 0; turns < 5; turns++) await turn()
}

export const testSet = () => {
  const stop = new AbortController()
  const splits: string[][] = []
  const sleeps = new Set<{untilMs: number; wake: () => void}>()
  let failure: Error | undefined
  let nowMs = 10_000
  let slow: Promise<void> | undefined
  const group: TrafficGroup = {
    async split(parts) {
      await slow
      if (failure) throw failure
      splits.push(parts.map(({id, split}) => `${id.app} ${split.portions[0]?.targets[0]?.release}`))
      return {previous: parts.map(() => []), flipMs: 1}
    },
  }
  const clock = {
    now: () => nowMs,
    sleep: async (ms: number, signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        sleeps.add({untilMs: nowMs + ms, wake: resolve})
        signal.addEventListener('abort', () => reject(signal.reason as Error), {once: true})
      }),
  }
  const together = jointFlips({group, clock, signal: stop.signal})
  let number = 0

  /** One that was there before, unless it has yet to look. */
  const app = (name: string, hasLooked = true): TestApp => {
    let last: TestRelease | undefined
    const self: TestApp & {retries: number} = {
      retries: 0,
      isSettling: false,
      looks: () => joint.looks(),
      async hear(happening) {
        joint.heard(happening as Happening)
        await settled()
      },
      async change(firstEventMs = nowMs - 1000) {
        const known = joint.looks()
        last?.over.abort(new Stopped({kind: 'superseded', by: number + 1}))
        const release: ReleaseName = `r${++number}-${name}`
        const part = joint.begin({release, generation: number, firstEventMs})
        known()
        last = releaseOf(release, part)
        await settled()
        return last
      },
    }
    const joint = together({
      id: {project: 'shop', environment: 'main', app: name},
      retry: () => void self.retries++,
      settling: () => self.isSettling,
    })
    if (hasLooked) joint.looks()()
    return self
  }

  return {
    app,
    /** what was flipped, each step with its parts */
    splits,
    stop,
    fail: (error: Error | undefined) => void (failure = error),
    hold: () => {
      const held = Promise.withResolvers<void>()
      slow = held.promise
      return held.resolve
    },
    passes: async (ms: number) => {
      nowMs += ms
      for (const sleep of sleeps)
        if (sleep.untilMs <= nowMs) {
          sleeps.delete(sleep)
          sleep.wake()
        }
      await settled()
    },
    now: () => nowMs,
  }
}

const releaseOf = (name: ReleaseName, part: Part): TestRelease => {
  const over = new AbortController()
  const waits = async (work: Promise<unknown>, state: string, done: string): Promise<void> => {
    release.state = state
    void work.then(
      () => (release.state = done),
      (error: Error) => (release.state = error instanceof ImmError ? `${error.code} ${error.message}` : error.message),
    )
    await settled()
  }
  const release: TestRelease = {
    name,
    state: 'working',
    over,
    missing: async () => waits(part.missing(over.signal), 'missing', 'alone'),
    ready: async () => waits(part.ready(over.signal), 'ready', 'go'),
    async split(within = new AbortController().signal) {
      const target = {release: name, generation: 1, instance: name, address: {host: '', port: 1}}
      const split = {portions: [{targets: [target], weight: 1}]} as unknown as Parameters<Part['split']>[0]
      await waits(part.split(split, within), 'splitting', 'flipped')
    },
    async ended(kind) {
      const error = new ImmError('BUILD_FAILED', `it is broken\nas its output says`)
      if (kind === 'aborted') over.abort(new Stopped({kind: 'quit'}))
      part.ended((kind === 'aborted' ? {kind: 'superseded'} : {kind, error}) as Outcome)
      await settled()
    },
  }
  return release
}
