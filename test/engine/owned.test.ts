import {Readable} from 'node:stream'

import test from 'ava'

import {isTakenByAnother, ownedEngine} from '../../src/engine/owned.ts'
import type {Engine, InstanceSpec} from '../../src/lifecycle/ports.ts'
import {memoryEngine} from '../support/memory-engine/memory-engine.ts'
import {programFiles} from '../support/memory-engine/program.ts'
import {tarOf} from '../support/memory-engine/tar.ts'

const signal = new AbortController().signal
const labels = {'imm.project': 'shop', 'imm.environment': 'main', 'imm.app': 'app'}

const start = async (engine: Engine, name: string) => {
  const reference = `imm/shop/app:main-${name}`
  const files = programFiles({listen: 3000})
  const build = {dockerfile: 'Dockerfile', target: undefined, args: {}, labels, reference, onStep: () => {}}
  await engine.build({...build, context: () => Readable.from([tarOf(files)])}, signal)
  const spec: InstanceSpec = {
    name,
    image: reference,
    labels,
    env: {},
    command: undefined,
    user: undefined,
    port: 3000,
    volumes: [{name: `${name}-data`, path: '/data', readOnly: false, labels}],
    tmpfs: [],
    memoryBytes: undefined,
    cpus: undefined,
  }
  return engine.start(spec, signal)
}

test('two imms on one engine see only what each of them made', async (t) => {
  await using engine = memoryEngine()
  const [alice, bob] = [ownedEngine(engine, 'alice'), ownedEngine(engine, 'bob')]
  const mine = await start(alice, 'a')
  await start(bob, 'b')
  t.deepEqual(
    (await alice.instances(labels, signal)).map(({id}) => id),
    [mine.id],
  )
  t.deepEqual(
    (await alice.instances({}, signal)).map(({id}) => id),
    [mine.id],
  )
  t.deepEqual(
    (await alice.volumes(labels, signal)).map(({name}) => name),
    ['a-data'],
  )
  t.deepEqual(
    (await alice.images(labels, signal)).flatMap(({references}) => references),
    ['imm/shop/app:main-a'],
  )
})

test('a name is taken where another imm has a container, an image or a volume of it', async (t) => {
  await using engine = memoryEngine()
  const mine = await start(ownedEngine(engine, 'alice'), 'a')
  t.false(await isTakenByAnother(engine, 'alice', 'shop', signal))
  t.true(await isTakenByAnother(engine, 'bob', 'shop', signal))
  t.false(await isTakenByAnother(engine, 'bob', 'other', signal))
  await engine.remove(mine.id, 0, signal)
  await engine.untag('imm/shop/app:main-a', signal)
  t.true(await isTakenByAnother(engine, 'bob', 'shop', signal), 'its volume holds data')
})

test('delta images and sandboxes are marked as well', async (t) => {
  await using engine = memoryEngine()
  const [alice, bob] = [ownedEngine(engine, 'alice'), ownedEngine(engine, 'bob')]
  await start(alice, 'a')
  const [anchor] = await alice.images(labels, signal)
  if (!anchor) return t.fail()
  const made = await bob.addLayer(
    {anchor, layer: tarOf({file: ''}), labels: {}, reference: 'imm/shop/app:main-b'},
    signal,
  )
  const sandbox = await bob.sandbox({name: 'waiting', labels, port: 3000}, signal)
  t.deepEqual(
    (await bob.images(labels, signal)).map(({id}) => id),
    [made.id],
  )
  t.deepEqual(
    (await bob.instances(labels, signal)).map(({id}) => id),
    [sandbox?.id],
  )
  return undefined
})

test('networks are marked as well, and a volume of somebody else is not', async (t) => {
  await using engine = memoryEngine()
  const [alice, bob] = [ownedEngine(engine, 'alice'), ownedEngine(engine, 'bob')]
  const network = {name: 'imm_shop_main.default', labels: {'imm.project': 'shop', 'imm.environment': 'main'}}
  await alice.network(network, signal)
  t.is((await alice.networks({'imm.project': 'shop'}, signal)).length, 1)
  t.deepEqual(await bob.networks({'imm.project': 'shop'}, signal), [])
  await t.throwsAsync(bob.network(network, signal), {code: 'ENGINE_REFUSED'} as object)
  t.true(await isTakenByAnother(engine, 'bob', 'shop', signal))
  const {image} = await start(alice, 'a')
  const external = {name: 'theirs', path: '/theirs', readOnly: false, labels: {}}
  const spec = {name: 'b', image, labels, env: {}, command: undefined, user: undefined, port: 0, tmpfs: []}
  const mounting = {...spec, volumes: [external], memoryBytes: undefined, cpus: undefined}
  await t.throwsAsync(alice.start(mounting, signal), {message: /there is no volume theirs/})
  await engine.createVolume({name: 'theirs', labels: {'com.example': 'x'}}, signal)
  await alice.start(mounting, signal)
  t.deepEqual(
    (await engine.volumes({'com.example': 'x'}, signal)).map((volume) => volume.labels),
    [{'com.example': 'x'}],
  )
})
