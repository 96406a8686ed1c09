import test from 'ava'

import type {RouteActivity} from '../../../src/proxy/rest/resting.ts'
import type {PreviewRecord} from '../../../src/state/previews.ts'
import {createRestLooks} from '../../../src/wiring/preview/rest-looks.ts'

const id = {project: 'shop', environment: 'feature'}

const recordOf = (more: Partial<PreviewRecord> = {}): PreviewRecord => ({
  ...id,
  ref: 'refs/heads/feature',
  name: 'feature',
  kind: 'branch',
  commit: 'c0ffee',
  author: 'Ada',
  subject: 'First',
  committedMs: 0,
  repository: '/shop/.git',
  directory: '/checkout',
  createdMs: 0,
  updatedMs: 0,
  pinned: false,
  apps: ['web'],
  rest: {pauseMs: 1000},
  resting: 'awake',
  usedMs: 0,
  hooks: {},
  access: 'open',
  ...more,
})

/** One preview of one route, and a clock and a timer that do what they are told. */
const start = (record: PreviewRecord, more: Partial<RouteActivity> = {}) => {
  let nowMs = 1_000_000
  let due: (() => Promise<void>) | undefined
  const steps: string[] = []
  const route = {...id, app: 'web', requests: 0, busy: false, asleep: false, ...more}
  const state = {held: false, still: [] as boolean[]}
  const rests = createRestLooks({
    proxy: {activity: () => [{...route}]},
    now: () => nowMs,
    records: async () => [record],
    isHeld: async () => state.held,
    weigh: async () => 10,
    async step({do: what, why}, still) {
      steps.push(`${what}: ${why}`)
      state.still.push(still())
      route.asleep = true
      rests.changed(id, what === 'pause' ? 'paused' : 'asleep')
    },
    log: () => undefined,
    after(_ms, act) {
      due = act
      return () => (due = undefined)
    },
  })
  return {
    rests,
    route,
    steps,
    state,
    /** Whether it is going to look by itself. */
    isDue: () => due !== undefined,
    /** Has it look, so much later. */
    async later(ms: number) {
      nowMs += ms
      rests.soon()
      await due?.()
    },
    [Symbol.dispose]: () => rests[Symbol.dispose](),
  }
}

test('requests between two looks put the rest off, and it is not looked at any more once it rests', async (t) => {
  using it = start(recordOf())
  await it.later(0)
  await it.later(900)
  it.route.requests++
  await it.later(900)
  await it.later(900)
  t.deepEqual(it.steps, [])
  await it.later(100)
  t.deepEqual(it.steps, ['pause: idle'])
  t.deepEqual(it.state.still, [true])
  t.true(it.isDue(), 'what was just put to rest is looked at once more')
  await it.later(10)
  t.false(it.isDue(), 'no timer runs for what sleeps')
  t.deepEqual(it.steps, ['pause: idle'])
})

test('while a connection is open, or an imm is at work there, it is left as it is', async (t) => {
  using it = start(recordOf(), {busy: true})
  await it.later(0)
  await it.later(60_000)
  it.route.busy = false
  it.state.held = true
  await it.later(60_000)
  t.deepEqual(it.steps, [])
  it.state.held = false
  await it.later(0)
  t.deepEqual(it.steps, ['pause: idle'])
})

test('a process that finds it asleep goes by the last request that was noted, and by how it rests', async (t) => {
  using it = start(recordOf({rest: {idleMs: 5000, ttlMs: 9000}, resting: 'paused', usedMs: 999_000}), {asleep: true})
  await it.later(0)
  t.is(it.rests.restOf(id), 'paused')
  await it.later(4000)
  t.deepEqual(it.steps, ['stop: idle'])
  await it.later(4000)
  t.deepEqual(it.steps, ['stop: idle', 'remove: ttl'])
})
