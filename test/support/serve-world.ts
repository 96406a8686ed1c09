import {setTimeout as sleep} from 'node:timers/promises'

import type {PreviewSettings} from '../../src/config/previews.ts'
import {environmentOf} from '../../src/preview/names.ts'
import type {ServeEvent} from '../../src/preview/serve/events.ts'
import type {ServeMemory} from '../../src/preview/serve/memory.ts'
import type {ServeWorld, UpEnd} from '../../src/preview/serve/world.ts'
import type {Brought} from '../../src/preview/situation.ts'
import type {PullState} from '../../src/preview/wanted.ts'
import type {Ref} from '../../src/source/repository/ref.ts'
import type {PreviewRecord} from '../../src/state/previews.ts'

export const previewSettings: PreviewSettings = {
  branches: ['*', '!main'],
  pulls: true,
  env: {},
  files: [],
  pauseMs: undefined,
  idleMs: undefined,
  ttlMs: undefined,
  max: {running: undefined, memoryBytes: undefined},
  parallel: 2,
  seed: {},
  hooks: {},
  access: 'open',
}

export const branchRef = (name: string, commit: string): Ref => ({
  ref: `refs/heads/${name}`,
  name,
  kind: 'branch',
  commit,
  author: 'Ada',
  subject: 'Change it',
  committedMs: 0,
})

const recordOf = (ref: Ref, environment: string): PreviewRecord => ({
  project: 'shop',
  environment,
  ...ref,
  repository: '/repository/.git',
  directory: `/checkouts/${environment}`,
  createdMs: 0,
  updatedMs: 0,
  pinned: false,
  apps: [],
  rest: {},
  resting: 'awake',
  usedMs: 0,
  hooks: {},
  access: 'open',
})

const memoryOf = (): ServeMemory => {
  const brought = new Map<string, Brought>()
  const pulls = new Map<number, PullState>()
  return {
    brought,
    pulls,
    async noteBrought(ref, one) {
      if (one) brought.set(ref, one)
      else brought.delete(ref)
    },
    async notePull(number, pull) {
      pulls.set(number, pull)
      return true
    },
  }
}

/** What serve works on, in memory. `up` and `down` can be made to take as long as a test likes. */
export const fakeWorld = () => {
  const refs = new Map<string, Ref>()
  const records = new Map<string, PreviewRecord>()
  const events: ServeEvent[] = []
  const calls: string[] = []
  let moved = Promise.withResolvers<void>()
  let atOnce = 0
  const control = {
    settings: previewSettings,
    mostAtOnce: 0,
    /** before an `up` ends */
    during: async (_ref: Ref, _signal: AbortSignal): Promise<void> => {},
    end: (_ref: Ref): Partial<UpEnd> | Error => ({}),
    beforeDown: async (_record: PreviewRecord): Promise<void> => {},
    refsFail: undefined as Error | undefined,
  }
  // Seconds of serve are moments of a test.
  const faster = 25
  const poke = () => {
    moved.resolve()
    moved = Promise.withResolvers()
  }
  const counted = async <T>(work: () => Promise<T>): Promise<T> => {
    control.mostAtOnce = Math.max(control.mostAtOnce, ++atOnce)
    try {
      return await work()
    } finally {
      atOnce--
    }
  }

  const world: ServeWorld = {
    memory: memoryOf(),
    async refs() {
      if (control.refsFail) throw control.refsFail
      return [...refs.values()]
    },
    settings: async () => control.settings,
    previews: async () => [...records.values()],
    up: async (ref, _settings, signal) =>
      counted(async () => {
        calls.push(`up ${ref.name} ${ref.commit}`)
        const taken = new Set([...records.values()].map(({environment}) => environment))
        const known = records.get(ref.ref)
        const record =
          known ??
          recordOf(
            ref,
            environmentOf(ref, (name) => taken.has(name)),
          )
        records.set(ref.ref, record)
        await control.during(ref, signal)
        signal.throwIfAborted()
        const end = control.end(ref)
        if (end instanceof Error) throw end
        const {outcome = 'live', error} = end
        const tried = {
          commit: ref.commit,
          outcome: outcome === 'rejected' ? ('rejected' as const) : ('live' as const),
          ...(error ? {code: error.code} : {}),
        }
        const now = {...record, commit: ref.commit, tried}
        records.set(ref.ref, now)
        return {record: now, url: `http://${now.environment}.shop.localhost:7070`, outcome: 'live', ...end}
      }),
    down: async (record) =>
      counted(async () => {
        calls.push(`down ${record.name}`)
        await control.beforeDown(record)
        records.delete(record.ref)
      }),
    async wait(ms, signal) {
      const stop = new AbortController()
      const timer = sleep((ms ?? 60_000) / faster, undefined, {signal: AbortSignal.any([signal, stop.signal])})
      await Promise.race([moved.promise, timer]).finally(() => stop.abort())
      await timer.catch(() => {})
      signal.throwIfAborted()
    },
    now: () => Date.now() * faster,
    emit: (event) => events.push(event),
  }
  return {
    world,
    control,
    events,
    calls,
    records,
    poke,
    push(name: string, commit: string) {
      refs.set(name, branchRef(name, commit))
      poke()
    },
    add(ref: Ref) {
      refs.set(ref.name, ref)
      poke()
    },
    remove(name: string) {
      refs.delete(name)
      poke()
    },
    refs,
  }
}
