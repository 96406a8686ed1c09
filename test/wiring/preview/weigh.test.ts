import test from 'ava'

import {ImmError} from '../../../src/errors.ts'
import type {Instance} from '../../../src/lifecycle/ports.ts'
import {weighAll} from '../../../src/wiring/preview/weigh.ts'

const signal = AbortSignal.timeout(10_000)
const shop = (environment: string) => ({project: 'shop', environment})

const container = (id: string, environment: string, state: Instance['state']): Instance => ({
  id,
  name: id,
  image: 'sha256:0',
  labels: {'imm.project': 'shop', 'imm.environment': environment},
  state,
  address: undefined,
  exitCode: undefined,
  outOfMemory: false,
  health: 'none',
  startedMs: undefined,
})

test('a preview weighs what its containers use, and nothing where they are stopped', async (t) => {
  const all = [
    container('a', 'x', 'running'),
    container('b', 'x', 'paused'),
    container('c', 'y', 'exited'),
    container('d', 'z', 'running'),
  ]
  let looks = 0
  const engine = {
    async instances() {
      looks++
      return all
    },
    // One of them ends in this moment.
    usage: async (id: string) => (id === 'd' ? undefined : {memoryBytes: 10, cpuMs: 0}),
  }
  const memoryOf = await weighAll([shop('x'), shop('y'), shop('z')], async () => engine, signal)
  t.deepEqual([memoryOf(shop('x')), memoryOf(shop('y')), memoryOf(shop('z'))], [20, 0, 0])
  t.is(looks, 1)
})

test('without an engine nobody knows, and previews are listed all the same', async (t) => {
  const memoryOf = await weighAll(
    [shop('x')],
    async () => {
      throw new ImmError('ENGINE_MISSING', 'there is none')
    },
    signal,
  )
  t.is(memoryOf(shop('x')), undefined)
})
