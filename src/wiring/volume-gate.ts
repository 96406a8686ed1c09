import {setTimeout as sleep} from 'node:timers/promises'

import type {VolumeGate} from '../engine/held.ts'
import type {Engine} from '../lifecycle/ports.ts'
import {incomplete} from '../lifecycle/volumes/whole.ts'
import {forgetNote, volumeNotes, type FoundNote} from '../session/volume-hold.ts'
import type {StatePaths} from '../state/paths.ts'

const againMs = 100

/** Work on volumes, as the notes of it tell. `engine` is the one without this gate. */
export const volumeGate = (engine: Engine, paths: StatePaths): VolumeGate => {
  const until = async (concerns: (note: FoundNote) => boolean, signal: AbortSignal): Promise<void> => {
    for (;;) {
      const notes = (await volumeNotes(paths)).filter(concerns)
      if (notes.length === 0) return
      for (const note of notes) if (!note.live) await recover(note, engine, paths, signal)
      const broken = notes.find(({live, kind}) => !live && kind === 'write')
      if (broken) throw incomplete(broken.volume)
      await sleep(againMs, undefined, {signal})
    }
  }
  return {
    async volumes(names, signal) {
      if (names.length > 0) await until(({volume}) => names.includes(volume), signal)
    },
    container: async (id, signal) => until(({paused, live}) => live && paused.includes(id), signal),
    gone: async (name) => forgetNote(paths, name),
  }
}

/** Finishes what an imm left that was killed at it. */
export const recoverVolumes = async (engine: Engine, paths: StatePaths, signal: AbortSignal): Promise<void> => {
  for (const note of await volumeNotes(paths)) if (!note.live) await recover(note, engine, paths, signal)
}

/** Nothing stays paused, and no half snapshot; a volume that is half overwritten stays known as that. */
const recover = async (
  {volume, kind, paused, making}: FoundNote,
  engine: Engine,
  paths: StatePaths,
  signal: AbortSignal,
): Promise<void> => {
  const isPaused = async (id: string) => (await engine.instance(id, signal))?.state === 'paused'
  await Promise.all(paused.map(async (id) => ((await isPaused(id)) ? engine.unpause(id, signal) : undefined)))
  const helpers = await engine.instances({'imm.volume': volume, 'imm.role': 'volume'}, signal)
  await Promise.all(helpers.map(async ({id}) => engine.remove(id, 0, signal)))
  if (making !== undefined) await engine.removeVolume(making, signal)
  if (kind === 'read') await forgetNote(paths, volume)
}
