import test from 'ava'
import * as fc from 'fast-check'

import {reconcile} from '../../src/preview/reconcile.ts'
import type {Actual, Attempt, Situation, Step} from '../../src/preview/situation.ts'
import {world, type Operation} from '../support/preview-model.ts'

const situation = (
  refs: Record<string, string>,
  actual: readonly Partial<Actual>[] = [],
  rest: Partial<Situation> = {},
): Situation => ({
  wanted: new Map(
    Object.entries(refs).map(([name, commit]) => {
      const ref = `refs/heads/${name}`
      return [ref, {ref, name, commit}]
    }),
  ),
  existing: new Set(Object.keys(refs).map((name) => `refs/heads/${name}`)),
  actual: actual.map((one) => preview(one)),
  busy: new Map(),
  attempts: new Map(),
  closed: new Set(),
  last: new Map(
    actual.map(({name = 'a', ref = `refs/heads/${name}`}) => [ref, {commit: '1', settings: 's1', usedMs: 0}]),
  ),
  ttlMs: undefined,
  settings: 's1',
  parallel: 100,
  nowMs: 1000,
  isPassing: (code) => code === 'ENGINE_LOST',
  ...rest,
})

const preview = ({name = 'a', ...rest}: Partial<Actual>): Actual => ({
  environment: name.replaceAll('/', '-'),
  ref: `refs/heads/${name}`,
  name,
  kind: 'branch',
  pinned: false,
  tried: {commit: '1', outcome: 'live'},
  ...rest,
})

const up = (commit: string, settings = 's1') => new Map([['refs/heads/a', {kind: 'up', commit, settings} as const]])

const said = (steps: readonly Step[]) => steps.map(({kind, why, name}) => `${kind} ${name}: ${why}`)
const due = (...given: Parameters<typeof situation>) => said(reconcile(situation(...given)).start)

const attempt = (rest: Partial<Attempt> = {}): [string, Attempt] => [
  'refs/heads/a',
  {kind: 'up', commit: '1', settings: 's1', retryAtMs: undefined, ...rest},
]

test('what goes is first, then what moved, then what is new', (t) => {
  t.deepEqual(due({b: '2', new: '1'}, [{name: 'b'}, {name: 'gone'}]), [
    'down gone: gone',
    'update b: moved',
    'up new: new',
  ])
})

test('previews that are what git says need nothing', (t) => {
  const {due: steps, start, cancel, wakeAtMs} = reconcile(situation({a: '1'}, [{name: 'a'}]))
  t.deepEqual({steps, start, cancel, wakeAtMs}, {steps: [], start: [], cancel: [], wakeAtMs: undefined})
})

test('a branch that was renamed goes under its old name and comes under its new one', (t) => {
  t.deepEqual(due({new: '1'}, [{name: 'old'}]), ['down old: gone', 'up new: new'])
})

test('a commit that was rejected is not tried again until its branch moves or the settings do', (t) => {
  const rejected = [{name: 'a', tried: {commit: '1', outcome: 'rejected', code: 'BUILD_FAILED'}} as const]
  t.deepEqual(due({a: '1'}, rejected), [])
  t.deepEqual(due({a: '2'}, rejected), ['update a: moved'])
  t.deepEqual(due({a: '1'}, rejected, {settings: 's2'}), ['update a: settings'])
})

test('what was rejected for the state of the machine is tried again, once it is time', (t) => {
  const lost = [{name: 'a', tried: {commit: '1', outcome: 'rejected', code: 'ENGINE_LOST'}} as const]
  t.deepEqual(due({a: '1'}, lost), ['update a: retry'])
  const waiting = reconcile(situation({a: '1'}, lost, {attempts: new Map([attempt({retryAtMs: 1500})])}))
  t.deepEqual([waiting.start, waiting.wakeAtMs], [[], 1500])
  t.is(waiting.due.length, 1)
  t.deepEqual(due({a: '1'}, lost, {attempts: new Map([attempt({retryAtMs: 1500})]), nowMs: 1500}), ['update a: retry'])
})

test('an attempt that ended with an error holds back the same try alone', (t) => {
  const attempts = new Map([attempt()])
  t.deepEqual(due({a: '1'}, [], {attempts}), [])
  t.deepEqual(due({a: '2'}, [], {attempts}), ['up a: new'])
  t.deepEqual(due({a: '1'}, [], {attempts, settings: 's2'}), ['up a: new'])
})

test('an attempt that never told how it ended is begun again', (t) => {
  t.deepEqual(due({a: '1'}, [{name: 'a', tried: undefined}]), ['update a: unfinished'])
})

test('a pinned preview outlives its branch, and follows it for as long as it is there', (t) => {
  t.deepEqual(due({}, [{name: 'a', pinned: true}]), [])
  t.deepEqual(due({a: '2'}, [{name: 'a', pinned: true}]), ['update a: moved'])
})

test('only what serve brought up goes when its branch no longer matches; a tag, a commit, a worktree is none of its business', (t) => {
  const existing = new Set(['refs/heads/a'])
  t.deepEqual(due({}, [{name: 'a'}], {existing}), ['down a: unmatched'])
  t.deepEqual(due({}, [{name: 'a'}], {existing, last: new Map()}), [])
  t.deepEqual(due({}, [{name: 'a'}], {last: new Map()}), ['down a: gone'])
  for (const kind of ['tag', 'commit', 'worktree'] as const) t.deepEqual(due({}, [{name: 'a', kind}]), [])
})

test('a pull request that is closed has no preview, though its ref stays and whoever brought it up', (t) => {
  const pull = {name: 'pull/7', ref: 'refs/pull/7/head', kind: 'pull'} as const
  const existing = new Set([pull.ref])
  t.deepEqual(due({}, [pull], {existing, closed: existing, last: new Map()}), ['down pull/7: closed'])
  t.deepEqual(due({}, [pull], {existing, last: new Map()}), [])
})

test('a name that becomes free is waited for', (t) => {
  const gone = [{name: 'Feature/X', environment: 'feature-x'}]
  t.deepEqual(due({'feature-x': '1'}, gone), ['down Feature/X: gone'])
  const busy = new Map([['refs/heads/Feature/X', {kind: 'down', environment: 'feature-x'} as const]])
  t.deepEqual(due({'feature-x': '1'}, gone, {busy}), [])
  t.deepEqual(due({'feature-x': '1'}), ['up feature-x: new'])
})

test('what expired stays away until its branch moves', (t) => {
  const last = new Map([['refs/heads/a', {commit: '1', settings: 's1', usedMs: 400}]])
  t.deepEqual(due({a: '1'}, [], {last, ttlMs: 500}), [])
  t.deepEqual(due({a: '2'}, [], {last, ttlMs: 500}), ['up a: new'])
  t.deepEqual(due({a: '1'}, [], {last, ttlMs: 700}), ['up a: new'])
  t.deepEqual(due({a: '1'}, [], {last}), ['up a: new'])
})

test('what is under way for something older is given up, and what goes is left to go', (t) => {
  t.deepEqual(reconcile(situation({a: '1'}, [], {busy: up('1')})).cancel, [])
  t.deepEqual(reconcile(situation({a: '2'}, [], {busy: up('1')})).cancel, ['refs/heads/a'])
  t.deepEqual(reconcile(situation({a: '1'}, [], {busy: up('1', 's0')})).cancel, ['refs/heads/a'])
  t.deepEqual(reconcile(situation({}, [], {busy: up('1')})).cancel, ['refs/heads/a'])
  const down = new Map([['refs/heads/a', {kind: 'down', environment: 'a'} as const]])
  t.deepEqual(reconcile(situation({a: '1'}, [], {busy: down})).cancel, [])
})

test('no more is begun than may run at once', (t) => {
  const busy = new Map([['refs/heads/x', {kind: 'down', environment: 'x'} as const]])
  t.deepEqual(due({a: '1', b: '1', c: '1'}, [], {busy, parallel: 2}), ['up a: new'])
  t.deepEqual(due({a: '1'}, [], {busy, parallel: 1}), [])
})

const branch = fc.constantFrom('a', 'A', 'feature/x', 'feature-x', 'Ünïcode', '日本')
const commit = fc.integer({min: 1, max: 5}).map(String)
const operation: fc.Arbitrary<Operation> = fc.oneof(
  {weight: 4, arbitrary: fc.record({do: fc.constant('push' as const), branch, commit})},
  {weight: 2, arbitrary: fc.record({do: fc.constant('remove' as const), branch})},
  {weight: 1, arbitrary: fc.record({do: fc.constant('rename' as const), branch, to: branch})},
  {weight: 1, arbitrary: fc.record({do: fc.constant('settings' as const), to: fc.constantFrom('s1', 's2')})},
  {weight: 6, arbitrary: fc.record({do: fc.constant('look' as const)})},
  {weight: 5, arbitrary: fc.record({do: fc.constant('end' as const), which: fc.nat(9)})},
  {weight: 1, arbitrary: fc.record({do: fc.constant('kill' as const)})},
)

test('whatever happens to git and to serve, the previews become what git says, and then nothing is done any more', (t) => {
  fc.assert(
    fc.property(fc.array(operation, {maxLength: 80}), fc.integer({min: 1, max: 3}), (operations, parallel) => {
      const model = world(parallel)
      for (const one of operations) model.run(one)
      const rounds = model.settle(200)
      t.true(rounds < 200, 'it goes on for ever')
      t.deepEqual(model.previews(), model.wanted())
      t.deepEqual(model.look(), {start: [], cancel: []})
    }),
    {numRuns: 500},
  )
})

test('the same commit with the same settings is never brought up twice in a row, unless serve was killed meanwhile', (t) => {
  fc.assert(
    fc.property(
      fc.array(
        operation.filter((one) => one.do !== 'kill'),
        {maxLength: 80},
      ),
      fc.integer({min: 1, max: 3}),
      (operations, parallel) => {
        const model = world(parallel)
        for (const one of operations) model.run(one)
        model.settle(200)
        t.deepEqual(model.repeated(), [])
      },
    ),
    {numRuns: 500},
  )
})

test('a preview of a branch of a remote stays: looks at git do not tell whether that is there', (t) => {
  t.deepEqual(due({}, [{name: 'x', ref: 'refs/remotes/origin/x'}]), [])
})
