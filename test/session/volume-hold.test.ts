import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test from 'ava'

import {forgetNote, holdVolume, volumeNotes} from '../../src/session/volume-hold.ts'

const {signal} = new AbortController()

const place = async () => {
  const home = await mkdtemp(path.join(tmpdir(), 'imm-hold-'))
  const paths = {home, runtime: path.join(home, 'run')}
  return {paths, [Symbol.asyncDispose]: async () => rm(home, {recursive: true})}
}

const first = {volume: 'data', kind: 'read' as const, paused: []}

test('work on a volume is done by one at a time, is known meanwhile and forgotten after', async (t) => {
  await using at = await place()
  {
    await using hold = await holdVolume(at.paths, first, signal)
    t.false(hold.incomplete)
    await hold.note({paused: ['abc'], making: 'copy'})
    t.deepEqual(await volumeNotes(at.paths), [{...first, paused: ['abc'], making: 'copy', live: true}])
    await t.throwsAsync(holdVolume(at.paths, first, signal), {code: 'VOLUME_BUSY'})
    await using other = await holdVolume(at.paths, {...first, volume: 'other'}, signal)
    t.false(other.incomplete)
    await forgetNote(at.paths, 'data')
    t.is((await volumeNotes(at.paths)).length, 2, 'what somebody works on is not forgotten')
  }
  t.deepEqual(await volumeNotes(at.paths), [])
})

test('a volume that is not whole stays known as that until somebody has filled it', async (t) => {
  await using at = await place()
  {
    await using hold = await holdVolume(at.paths, first, signal)
    await hold.note({kind: 'write'})
    hold.leaveNote()
  }
  t.like((await volumeNotes(at.paths))[0], {volume: 'data', kind: 'write', live: false})
  {
    await using again = await holdVolume(at.paths, first, signal)
    t.true(again.incomplete)
    t.like((await volumeNotes(at.paths))[0], {kind: 'write', live: true}, 'also where the second is killed at once')
  }
  t.is((await volumeNotes(at.paths)).length, 1)
  {
    await using last = await holdVolume(at.paths, first, signal)
    last.forgetNote()
  }
  t.deepEqual(await volumeNotes(at.paths), [])
})

test('whoever removes such a volume forgets it', async (t) => {
  await using at = await place()
  {
    await using hold = await holdVolume(at.paths, {...first, kind: 'write'}, signal)
    hold.leaveNote()
  }
  await forgetNote(at.paths, 'data')
  t.deepEqual(await volumeNotes(at.paths), [])
})
