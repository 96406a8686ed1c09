import {environmentLabels} from '../release/labels.ts'
import {watchExits, type ExitsWatch} from './exits.ts'
import {knownImages} from './known-images.ts'
import {openPinning} from './pinning.ts'
import type {Run} from './run.ts'
import {createSandboxes} from './sandboxes.ts'
import type {Standing} from './standing.ts'
import {createTurns} from './turns.ts'
import type {World} from './world.ts'

/** An app of an environment for who looks after it in place of an `imm dev`: nothing is built, and nobody reads logs. */
export const openRun = async (
  standing: Standing,
  url: string,
  world: World,
  signal: AbortSignal,
): Promise<Run & {exits: ExitsWatch}> => ({
  world,
  standing,
  exits: watchExits(world, environmentLabels(world.id)),
  builds: {known: knownImages(world), anchor: undefined, readying: undefined, refreshing: undefined},
  // For the next save, which does not come: none waits.
  sandboxes: createSandboxes(world, standing),
  pinning: await openPinning(world, signal),
  turns: createTurns(),
  signal,
  atOnce: AbortSignal.abort(),
  url,
})
