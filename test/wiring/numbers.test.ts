import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {Readable} from 'node:stream'

import test, {type ExecutionContext} from 'ava'

import {imageReference} from '../../src/release/identity.ts'
import {containerLabels, imageLabels} from '../../src/release/labels.ts'
import {numbersOf} from '../../src/wiring/numbers.ts'
import {memoryEngine} from '../support/memory-engine/memory-engine.ts'
import {programFiles} from '../support/memory-engine/program.ts'
import {tarOf} from '../support/memory-engine/tar.ts'

const {signal} = new AbortController()
const id = {project: 'shop', environment: 'main', app: 'web'}
const digests = {snapshot: `sha256:${'a'.repeat(64)}`, settings: `sha256:${'b'.repeat(64)}`}

const homeOf = async (t: ExecutionContext): Promise<string> => {
  const home = await mkdtemp(path.join(tmpdir(), 'imm-wiring-'))
  t.teardown(async () => rm(home, {recursive: true, force: true}))
  return home
}

/** An engine with the image of r7 and a container of r5 that was given the traffic a ninth time. */
const usedEngine = async () => {
  const engine = memoryEngine()
  const image = await engine.build(
    {
      context: () => Readable.from([tarOf(programFiles({}))]),
      dockerfile: 'Dockerfile',
      target: undefined,
      args: {},
      labels: imageLabels({...id, ...digests}),
      reference: imageReference(id, 'r7-aaaaaaa'),
      onStep: () => undefined,
    },
    signal,
  )
  const labels = containerLabels({...id, ...digests, release: 'r5-aaaaaaa', generation: 9, role: 'app'})
  const rest = {env: {}, command: undefined, user: undefined, port: 1, volumes: [], tmpfs: []}
  const limits = {memoryBytes: undefined, cpus: undefined}
  await engine.start({name: 'one', image: image.id, labels, ...rest, ...limits}, signal)
  return engine
}

test('the first release of an environment is r1', async (t) => {
  await using engine = memoryEngine()
  const numbers = await numbersOf(id, await homeOf(t), engine, signal)
  t.deepEqual(await numbers.release(signal), {release: 1, generation: 1})
  t.is(await numbers.generation(signal), 2)
  t.deepEqual(await numbers.release(signal), {release: 2, generation: 3})
})

test("where the state was lost, numbers go on above what the engine's labels and image names know", async (t) => {
  await using engine = await usedEngine()
  const numbers = await numbersOf(id, await homeOf(t), engine, signal)
  t.deepEqual(await numbers.release(signal), {release: 8, generation: 10})
})

test("another environment's labels don't count", async (t) => {
  await using engine = await usedEngine()
  const numbers = await numbersOf({...id, environment: 'branch'}, await homeOf(t), engine, signal)
  t.deepEqual(await numbers.release(signal), {release: 1, generation: 1})
})
