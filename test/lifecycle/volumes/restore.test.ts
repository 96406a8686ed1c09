import test from 'ava'

import {ImmError} from '../../../src/errors.ts'
import {findSnapshot, findVolume} from '../../../src/lifecycle/volumes/read.ts'
import {cloneVolume, restoreSnapshot} from '../../../src/lifecycle/volumes/restore.ts'
import {takeSnapshot} from '../../../src/lifecycle/volumes/snapshot.ts'
import {sharedLabels} from '../../../src/release/services.ts'
import {environment as id, noSignal} from '../../support/services.ts'
import {volume, volumeBench} from '../../support/volumes.ts'

type Bench = Awaited<ReturnType<typeof volumeBench>>

const restore = async ({at, found}: Bench, backup: boolean) => {
  const now = await found()
  return restoreSnapshot({volume: now, snapshot: findSnapshot(now, 'one'), backup}, at, noSignal)
}

test('a restore keeps what there was, and starts a fresh container like the one that was stopped', async (t) => {
  const bench = await volumeBench()
  const {engine, at, fill, read, startService, found, types} = bench
  await fill(volume, 'good')
  const {id: db} = await startService('db')
  await takeSnapshot(await found(), 'one', at, noSignal)
  await fill(volume, 'bad')
  const {bytes, backup} = await restore(bench, true)
  t.is(bytes, 4)
  t.is(await read(volume), 'good')
  t.is(await read(backup?.volume ?? ''), 'bad')
  t.deepEqual(types().slice(2), ['paused', 'stopped', 'started'], 'what is about to end needs not go on before')
  t.is(await engine.instance(db, noSignal), undefined)
  const [again] = await engine.volumeUsers(volume, noSignal)
  t.like(again, {name: 'imm_shop_main.db', state: 'running', labels: {'imm.service': 'db'}})
  t.like(await engine.startedWith(again?.id ?? '', noSignal), {env: {WHO: 'db'}})
})

test('a restore that fails half-way starts nothing on half a volume, and the note of it stays', async (t) => {
  const bench = await volumeBench()
  const {engine, at, notes, startService, found} = bench
  await startService('db')
  await takeSnapshot(await found(), 'one', at, noSignal)
  engine.faults.failNext('copyVolume', new ImmError('ENGINE_DISK_FULL', 'full'))
  await t.throwsAsync(restore(bench, false), {code: 'ENGINE_DISK_FULL'})
  t.like(notes.at(-1), {volume, kind: 'write', paused: []})
  t.deepEqual(await engine.volumeUsers(volume, noSignal), [])
})

test('nothing is begun while somebody else has the volume', async (t) => {
  const bench = await volumeBench()
  const {engine, at, fill, read, start, found} = bench
  await fill(volume, 'now')
  await takeSnapshot(await found(), 'one', at, noSignal)
  const {id: other} = await start('other', {'com.example': 'x'})
  await t.throwsAsync(restore(bench, true), {code: 'VOLUME_IN_USE'})
  t.like(await engine.instance(other, noSignal), {state: 'running'})
  t.is(await read(volume), 'now')
})

test('a dump goes to the command that reads it, in the service that runs', async (t) => {
  const bench = await volumeBench()
  const {engine, at, startService, found, types} = bench
  const {id: db} = await startService('db', {snapshotCommand: ['echo', 'dump'], restoreCommand: ['cat']})
  await takeSnapshot(await found(), 'one', at, noSignal)
  t.like(await restore(bench, true), {bytes: 5, backup: {kind: 'dump'}})
  t.like(await engine.instance(db, noSignal), {state: 'running'})
  t.deepEqual(types(), [])
})

test('a dump that nobody reads says how to have it read', async (t) => {
  const bench = await volumeBench()
  const {at, startService, found} = bench
  await startService('db', {snapshotCommand: ['echo', 'dump']})
  await takeSnapshot(await found(), 'one', at, noSignal)
  const error = await t.throwsAsync<ImmError>(restore(bench, false), {code: 'RESTORE_FAILED'})
  t.regex(error.next, /x-imm: \{snapshot: \{restore: COMMAND\}\}.*imm volume export data@one/)
})

test('a clone makes the volume of another environment, with its labels', async (t) => {
  const {engine, at, fill, read, startService, found} = await volumeBench()
  await fill(volume, 'seed')
  const {id: db} = await startService('db')
  const to = {...id, environment: 'preview'}
  t.is((await cloneVolume({volume: await found(), to, backup: true}, at, noSignal)).backup, undefined)
  t.like(await findVolume('data', to, engine, noSignal), {name: 'imm_shop_preview.data', exists: true})
  t.is(await read('imm_shop_preview.data'), 'seed')
  t.like(await engine.instance(db, noSignal), {state: 'running'})
  await t.throwsAsync(cloneVolume({volume: await found(), to: id, backup: true}, at, noSignal), {code: 'USAGE'})
})

test('a volume is named shortly where that is clear, and those there are are named where it isn’t', async (t) => {
  const {engine} = await volumeBench()
  for (const app of ['web', 'api'])
    await engine.createVolume(
      {name: `imm_shop_main_${app}_files`, labels: {...sharedLabels(id), 'imm.app': app}},
      noSignal,
    )
  t.like(await findVolume('web/files', id, engine, noSignal), {app: 'web'})
  const several = await t.throwsAsync<ImmError>(findVolume('files', id, engine, noSignal), {code: 'VOLUME_NOT_FOUND'})
  t.is(several.next, 'Name one of them: api/files, web/files.')
  const none = await t.throwsAsync<ImmError>(findVolume('nothing', id, engine, noSignal), {code: 'VOLUME_NOT_FOUND'})
  t.is(none.next, 'These are there: api/files, data, web/files.')
})
