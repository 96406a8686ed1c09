import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test from 'ava'

import {heldEngine} from '../../src/engine/held.ts'
import {sharedLabels} from '../../src/release/services.ts'
import {holdVolume, volumeNotes} from '../../src/session/volume-hold.ts'
import {recoverVolumes, volumeGate} from '../../src/wiring/volume-gate.ts'
import {environment as id, noSignal} from '../support/services.ts'
import {volume, volumeBench} from '../support/volumes.ts'

const gated = async () => {
  const bench = await volumeBench()
  const home = await mkdtemp(path.join(tmpdir(), 'imm-gate-'))
  const paths = {home, runtime: path.join(home, 'run')}
  const engine = heldEngine(bench.engine, volumeGate(bench.engine, paths))
  const {id: db} = await bench.startService('db')
  const started = await bench.engine.startedWith(db, noSignal)
  const again = async (signal = noSignal) => {
    if (!started) throw new Error('it was not started')
    const [image] = await bench.engine.images({}, noSignal)
    const volumes = started.volumes.map((one) => ({...one, labels: {}}))
    return engine.start({...started, name: 'again', image: image?.id ?? 'db:1', labels: {}, volumes}, signal)
  }
  return {
    ...bench,
    engine,
    bare: bench.engine,
    paths,
    db,
    again,
    [Symbol.asyncDispose]: async () => rm(home, {recursive: true}),
  }
}

const reading = {volume, kind: 'read' as const, paused: []}

test('no container gets a volume that somebody works on, before that has ended', async (t) => {
  await using at = await gated()
  let running = false
  const hold = await holdVolume(at.paths, reading, noSignal)
  const starting = at.again().then(() => (running = true))
  // Asked for twice: both times it was there.
  for (const _ of [1, 2]) await volumeNotes(at.paths)
  t.false(running)
  await hold[Symbol.asyncDispose]()
  await starting
  t.true(running)
})

test('nor does anybody let go on what is kept paused', async (t) => {
  await using at = await gated()
  await at.bare.pause(at.db, noSignal)
  const hold = await holdVolume(at.paths, {...reading, paused: [at.db]}, noSignal)
  const unpausing = at.engine.unpause(at.db, noSignal)
  for (const _ of [1, 2]) await volumeNotes(at.paths)
  t.like(await at.bare.instance(at.db, noSignal), {state: 'paused'})
  await hold[Symbol.asyncDispose]()
  await unpausing
  t.like(await at.bare.instance(at.db, noSignal), {state: 'running'})
})

test('what a killed imm kept paused goes on, and its half snapshot is removed', async (t) => {
  await using at = await gated()
  await at.bare.pause(at.db, noSignal)
  await at.bare.createVolume({name: 'half', labels: sharedLabels(id)}, noSignal)
  {
    await using hold = await holdVolume(at.paths, {...reading, paused: [at.db], making: 'half'}, noSignal)
    hold.leaveNote()
    await recoverVolumes(at.bare, at.paths, noSignal)
    t.like(await at.bare.instance(at.db, noSignal), {state: 'paused'}, 'it is still at work')
  }
  await recoverVolumes(at.bare, at.paths, noSignal)
  t.like(await at.bare.instance(at.db, noSignal), {state: 'running'})
  t.is(await at.bare.volumeNamed('half', noSignal), undefined)
  t.deepEqual(await volumeNotes(at.paths), [])
})

test('a volume that is not whole is given to nobody, until it is removed', async (t) => {
  await using at = await gated()
  {
    await using hold = await holdVolume(at.paths, {...reading, kind: 'write'}, noSignal)
    hold.leaveNote()
  }
  await t.throwsAsync(at.again(), {code: 'VOLUME_INCOMPLETE'})
  await at.bare.remove(at.db, 0, noSignal)
  await at.engine.removeVolume(volume, noSignal)
  t.deepEqual(await volumeNotes(at.paths), [])
})
