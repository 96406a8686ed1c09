import {connectEngine} from '../engine/connect.ts'
import {isTakenByAnother, ownedEngine} from '../engine/owned.ts'
import type {Engine} from '../lifecycle/ports.ts'
import {ownerOf} from '../state/owner.ts'
import type {StatePaths} from '../state/paths.ts'

export interface OpenEngine {
  engine: Engine
  /** another imm has things of this name on the engine */
  isTaken: (project: string) => Promise<boolean>
}

/** The engine of this machine, as this user of it sees it. */
export const openEngine = async (paths: StatePaths, signal: AbortSignal, answerMs?: number): Promise<OpenEngine> => {
  const [engine, owner] = await Promise.all([
    connectEngine({env: process.env, platform: process.platform, answerMs, signal}),
    ownerOf(paths),
  ])
  return {
    engine: ownedEngine(engine, owner),
    isTaken: async (project) => isTakenByAnother(engine, owner, project, signal),
  }
}
