import test from 'ava'

import {ImmError} from '../../src/errors.ts'
import {driftOfEach} from '../../src/wiring/drift-of-each.ts'
import type {ContainerDrift, OpenDrift} from '../../src/wiring/drift.ts'

const {signal} = new AbortController()

const drifted: ContainerDrift = {
  release: 'r1-3fa9c1e',
  state: 'live',
  container: 'c1',
  differences: [{kind: 'setting', key: 'env', expected: '1', actual: '2'}],
  touches: [],
}

const opened = (app: string, found: readonly ContainerDrift[] | Error): OpenDrift => ({
  id: {project: 'shop', environment: 'main', app},
  engine: undefined as never,
  running: async () => {
    if (found instanceof Error) throw found
    return [...found]
  },
  compare: async () => (found instanceof Error ? [] : [...found]),
})

const idle = new ImmError('NOTHING_LIVE', 'nothing runs')
const unknown = new ImmError('ENGINE_LOST', 'the engine does not answer')

test('an app that cannot be looked at, or does not run, hides nothing of those after it', async (t) => {
  const told: string[] = []
  const looked = await driftOfEach(
    [opened('api', unknown), opened('jobs', idle), opened('web', [drifted]), opened('blog', [])],
    undefined,
    ({id}, found) => told.push(`${id.app} ${found.length}`),
    signal,
  )
  t.deepEqual(told, ['web 1', 'blog 0'])
  t.deepEqual(looked, {count: 1, idle: ['jobs'], failed: [{app: 'api', error: unknown}]})
})

test('where no app runs there is nothing to say', async (t) => {
  const looking = driftOfEach([opened('api', idle), opened('web', idle)], undefined, () => t.fail(), signal)
  t.is(await t.throwsAsync(looking), idle)
})

test('a mistake of imm’s own ends the look', async (t) => {
  const bug = new TypeError('undefined is no function')
  const looking = driftOfEach([opened('api', bug), opened('web', [])], undefined, () => t.fail(), signal)
  t.is(await t.throwsAsync(looking), bug)
})
