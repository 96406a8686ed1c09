import test from 'ava'

import {ImmError} from '../../../src/errors.ts'
import {readVolumes} from '../../../src/lifecycle/volumes/read.ts'
import {takeSnapshot} from '../../../src/lifecycle/volumes/snapshot.ts'
import {environment as id, noSignal} from '../../support/services.ts'
import {volume, volumeBench} from '../../support/volumes.ts'

test('what uses a volume stands still while it is copied, and is noted before', async (t) => {
  const {engine, at, notes, fill, read, startService, found, types} = await volumeBench()
  await fill(volume, 'orders')
  const {id: db} = await startService('db')
  const release = engine.faults.holdNext('copyVolume')
  const taking = takeSnapshot(await found(), 'one', at, noSignal)
  while (!types().includes('paused')) await new Promise(setImmediate)
  t.like(await engine.instance(db, noSignal), {state: 'paused'})
  t.like(notes.at(-1), {paused: [db], making: 'imm_shop_main.data_snapshot_one'})
  release()
  const taken = await taking
  t.like(taken, {name: 'one', kind: 'copy', of: volume, bytes: 6})
  t.like(await engine.instance(db, noSignal), {state: 'running'})
  t.deepEqual(types(), ['paused', 'resumed'])
  t.is(await read(taken.volume), 'orders')
  t.like(await found(), {exists: true, snapshots: [{name: 'one', volume: taken.volume}]})
  await t.throwsAsync(takeSnapshot(await found(), 'one', at, noSignal), {code: 'SNAPSHOT_EXISTS'})
  await t.throwsAsync(takeSnapshot(await found(), 'a b', at, noSignal), {code: 'USAGE'})
})

test('a copy that fails lets everything go on, and leaves nothing of itself', async (t) => {
  const {engine, at, startService, found} = await volumeBench()
  const {id: db} = await startService('db')
  engine.faults.failNext('copyVolume', new ImmError('ENGINE_DISK_FULL', 'full'))
  await t.throwsAsync(takeSnapshot(await found(), 'one', at, noSignal), {code: 'ENGINE_DISK_FULL'})
  t.like(await engine.instance(db, noSignal), {state: 'running'})
  t.deepEqual((await found()).snapshots, [])
})

test('one that is called off does so, too', async (t) => {
  const {engine, at, startService, found, types} = await volumeBench()
  const {id: db} = await startService('db')
  const stop = new AbortController()
  const release = engine.faults.holdNext('copyVolume')
  const taking = takeSnapshot(await found(), 'one', at, stop.signal)
  while (!types().includes('paused')) await new Promise(setImmediate)
  stop.abort(new Error('stopped'))
  release()
  await t.throwsAsync(taking, {message: 'stopped'})
  t.like(await engine.instance(db, noSignal), {state: 'running'})
  t.deepEqual((await found()).snapshots, [])
})

test('who is not of the environment is only told of', async (t) => {
  const {engine, at, start, found, told} = await volumeBench()
  const {id: other} = await start('other', {'com.example': 'x'})
  await takeSnapshot(await found(), 'one', at, noSignal)
  t.like(await engine.instance(other, noSignal), {state: 'running'})
  t.true(told.some((one) => one.type === 'warning' && one.message.startsWith('imm_shop_main.other uses the volume')))
  t.false(told.some(({type}) => type === 'paused'))
})

test('a service that says how keeps what it prints, and is not paused', async (t) => {
  const {at, read, startService, found, types} = await volumeBench()
  await startService('db', {snapshotCommand: ['echo', 'the', 'dump']})
  const taken = await takeSnapshot(await found(), 'one', at, noSignal)
  t.like(taken, {kind: 'dump', service: 'db', bytes: 9})
  t.is(await read(taken.volume), 'the dump\n')
  t.deepEqual(types(), [])
})

test('a dump whose command fails is none', async (t) => {
  const {at, startService, found} = await volumeBench()
  await startService('db', {snapshotCommand: ['sh', '-c', 'echo half-way >&2; exit 3']})
  const error = await t.throwsAsync<ImmError>(takeSnapshot(await found(), 'one', at, noSignal), {
    code: 'SNAPSHOT_FAILED',
  })
  t.regex(error.message, /of service db ended with exit code 3/)
  t.deepEqual(error.output, ['half-way'])
  t.deepEqual((await found()).snapshots, [])
})

test('a volume that is gone is known by its snapshots', async (t) => {
  const {engine, at, found} = await volumeBench()
  await takeSnapshot(await found(), 'one', at, noSignal)
  await engine.removeVolume(volume, noSignal)
  t.like(await readVolumes(id, engine, noSignal), {0: {key: 'data', exists: false, snapshots: [{name: 'one'}]}})
  await t.throwsAsync(takeSnapshot(await found(), 'two', at, noSignal), {code: 'VOLUME_NOT_FOUND'})
})
