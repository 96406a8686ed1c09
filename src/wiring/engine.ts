import {connectEngine} from '../engine/connect.ts'
import {heldEngine} from '../engine/held.ts'
import {isTakenByAnother, ownedEngine} from '../engine/owned.ts'
import type {Engine} from '../lifecycle/ports.ts'
import {ownerOf} from '../state/owner.ts'
import type {StatePaths} from '../state/paths.ts'
import {recoverVolumes, volumeGate} from './volume-gate.ts'

export interface OpenEngine {
  engine: Engine
  /** the same for who works on volumes, and waits for nobody who does */
  ungated: Engine
  /** another imm has things of this name on the engine */
  isTaken: (project: string) => Promise<boolean>
}

/** The engine of this machine, as this user of it sees it. */
export const openEngine = async (paths: StatePaths, signal: AbortSignal, answerMs?: number): Promise<OpenEngine> => {
  const [engine, owner] = await Promise.all([
    connectEngine({env: process.env, platform: process.platform, answerMs, signal}),
    ownerOf(paths),
  ])
  const ungated = ownedEngine(engine, owner)
  // What can't be finished now is tried again by the next command; this one has its own work to do.
  await recoverVolumes(ungated, paths, signal).catch(() => signal.throwIfAborted())
  return {
    engine: heldEngine(ungated, volumeGate(ungated, paths)),
    ungated,
    isTaken: async (project) => isTakenByAnother(engine, owner, project, signal),
  }
}
