import {createHash} from 'node:crypto'
import {access, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test, {type ExecutionContext} from 'ava'

import type {SeedSource} from '../../../src/config/previews.ts'
import {ImmError} from '../../../src/errors.ts'
import {volumeNotes} from '../../../src/session/volume-hold.ts'
import {seedVolumes, type SeedRequest} from '../../../src/wiring/preview/seed.ts'
import {noSignal} from '../../support/services.ts'
import {until} from '../../support/until.ts'
import {volume as mains, volumeBench} from '../../support/volumes.ts'

const id = {project: 'shop', environment: 'feature-x'}
const target = 'imm_shop_feature-x.data'
const shared = {volumes: [{key: 'data', external: false, spec: {name: 'data', labels: {}}}], apps: [], services: []}

/** Environment main on the memory engine, whose volume `data` holds `main`, and what is done to a preview's. */
const seedBench = async (t: ExecutionContext) => {
  const bench = await volumeBench()
  const home = await mkdtemp(path.join(tmpdir(), 'imm-seed-'))
  t.teardown(async () => rm(home, {recursive: true, force: true}))
  const paths = {home, runtime: path.join(home, 'run')}
  await bench.fill(mains, 'main')
  const seed = async (sources: Record<string, SeedSource>, more: Partial<SeedRequest> = {}, signal = noSignal) =>
    seedVolumes(
      {
        id,
        application: shared,
        seed: sources,
        ungated: bench.engine,
        paths,
        tell: (happening) => void bench.told.push(happening),
        ...more,
      },
      signal,
    )
  const there = async (name = target) => (await bench.engine.volumeNamed(name, noSignal)) !== undefined
  return {...bench, home, paths, seed, there}
}

const fromMain = {data: {kind: 'volume', volume: 'data'}} as const
const printed = (script: string): Record<string, SeedSource> => ({
  data: {kind: 'command', command: ['sh', '-c', script], directory: tmpdir()},
})

test('a volume begins as a copy of the one of main, whose containers stand still meanwhile', async (t) => {
  const bench = await seedBench(t)
  const {id: db} = await bench.startService('db')
  const seeded = await bench.seed(fromMain)
  t.like(seeded, [{volume: 'data', bytes: 4}])
  t.is(await bench.read(target), 'main')
  t.deepEqual(bench.types(), ['paused', 'resumed'])
  t.like(await bench.engine.instance(db, noSignal), {state: 'running'})
  t.like(await bench.engine.volumeNamed(target, noSignal), {labels: {'imm.environment': 'feature-x'}})
  t.deepEqual(await volumeNotes(bench.paths), [])
})

test('it is filled once, whatever its source holds later', async (t) => {
  const bench = await seedBench(t)
  await bench.seed(fromMain)
  await bench.fill(target, 'its own')
  t.deepEqual(await bench.seed(fromMain), [])
  t.is(await bench.read(target), 'its own')
})

test('a volume that is no environment’s is found by the engine’s name', async (t) => {
  const bench = await seedBench(t)
  await bench.engine.createVolume({name: 'golden', labels: {}}, noSignal)
  await bench.fill('golden', 'gold')
  await bench.seed({data: {kind: 'volume', volume: 'golden'}})
  t.is(await bench.read(target), 'gold')
})

test('a volume to copy that is not there refuses the preview, and leaves no empty one', async (t) => {
  const bench = await seedBench(t)
  await t.throwsAsync(bench.seed({data: {kind: 'volume', volume: 'gone'}}), {
    code: 'VOLUME_NOT_FOUND',
    message:
      'volume data is seeded from gone, and neither environment main of shop nor the engine has one of that name',
  })
  t.false(await bench.there())
})

test('a volume begins with the files of a directory', async (t) => {
  const bench = await seedBench(t)
  const directory = path.join(bench.home, 'seed')
  await mkdir(path.join(directory, 'a'), {recursive: true})
  await writeFile(path.join(directory, 'a', 'b'), 'text')
  await bench.seed({data: {kind: 'directory', directory}})
  t.is(await bench.read(target), 'a/b=text')
  await t.throwsAsync(
    bench.seed({data: {kind: 'directory', directory: '/no/such'}}, {id: {...id, environment: 'other'}}),
    {code: 'SEED_FAILED', message: 'there is no directory /no/such, which volume data is seeded from'},
  )
})

test('a volume begins with what a command prints, which is told whose it is', async (t) => {
  const bench = await seedBench(t)
  await bench.seed(printed('printf "%s %s %s" "$IMM_PROJECT" "$IMM_ENVIRONMENT" "$IMM_VOLUME"'))
  t.is(await bench.read(target), 'shop feature-x data')
})

test('a command that fails, or prints nothing, leaves no volume, and is run again the next time', async (t) => {
  const bench = await seedBench(t)
  const failing = await t.throwsAsync(bench.seed(printed('echo half; echo no server >&2; exit 1')))
  t.like(failing, {code: 'SEED_FAILED', output: ['no server']})
  t.false(await bench.there())
  await t.throwsAsync(bench.seed(printed('true')), {code: 'SEED_FAILED'})
  t.false(await bench.there())
  t.deepEqual(await volumeNotes(bench.paths), [])
  await bench.seed(printed('echo whole'))
  t.is(await bench.read(target), 'whole\n')
})

test('one that is called off leaves no volume', async (t) => {
  const bench = await seedBench(t)
  const calledOff = new AbortController()
  const marker = path.join(bench.home, 'begun')
  const seeding = bench.seed(printed(`: > ${marker}; exec sleep 1000`), {}, calledOff.signal)
  await until(async () =>
    access(marker).then(
      () => true,
      () => false,
    ),
  )
  calledOff.abort(new Error('called off'))
  await t.throwsAsync(seeding, {message: 'called off'})
  t.false(await bench.there())
})

test('what an imm was killed at is not taken for whole: it is removed, and filled anew', async (t) => {
  const bench = await seedBench(t)
  await bench.engine.createVolume({name: target, labels: {}}, noSignal)
  await bench.fill(target, 'half')
  const digest = createHash('sha256').update(target).digest('hex').slice(0, 16)
  await mkdir(path.join(bench.home, 'volumes'), {recursive: true})
  await writeFile(
    path.join(bench.home, 'volumes', `${digest}.json`),
    JSON.stringify({volume: target, kind: 'read', paused: [], making: target}),
  )
  t.like(await bench.seed(fromMain), [{volume: 'data'}])
  t.is(await bench.read(target), 'main')
})

test('while it is filled a note says so', async (t) => {
  const bench = await seedBench(t)
  const {promise: copying, resolve} = Promise.withResolvers<unknown>()
  const ungated = {
    ...bench.engine,
    copyVolume: async (...call: Parameters<typeof bench.engine.copyVolume>) => {
      resolve(await volumeNotes(bench.paths))
      return bench.engine.copyVolume(...call)
    },
  }
  await bench.seed(fromMain, {ungated})
  const notes = (await copying) as Awaited<ReturnType<typeof volumeNotes>>
  t.like(
    notes.find(({volume}) => volume === target),
    {kind: 'read', making: target, live: true},
  )
})

test('a volume that could not be removed after a failure is kept in mind until it is', async (t) => {
  const bench = await seedBench(t)
  bench.engine.faults.failNext('copyVolume', new ImmError('ENGINE_DISK_FULL', 'full'))
  bench.engine.faults.failNext('removeVolume', new ImmError('ENGINE_LOST', 'away'))
  await t.throwsAsync(bench.seed(fromMain), {code: 'ENGINE_DISK_FULL'})
  t.true(await bench.there())
  await bench.seed(fromMain)
  t.is(await bench.read(target), 'main')
})

test('previews that come up side by side get their copies one after the other', async (t) => {
  const bench = await seedBench(t)
  const environments = ['a', 'b', 'c']
  await Promise.all(environments.map(async (environment) => bench.seed(fromMain, {id: {...id, environment}})))
  for (const environment of environments) t.is(await bench.read(`imm_shop_${environment}.data`), 'main')
})

test('a volume that a commit doesn’t have is told of, and refuses nothing', async (t) => {
  const bench = await seedBench(t)
  t.deepEqual(await bench.seed({later: {kind: 'volume', volume: 'data'}}), [])
  t.deepEqual(bench.told, [
    {
      type: 'warning',
      message: 'previews.seed.later: there is no such volume, and nothing is seeded; there are data',
    },
  ])
})
