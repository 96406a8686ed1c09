import {environmentLabels} from '../release/labels.ts'
import {adopt} from './adopt.ts'
import {watchExits, type ExitsWatch} from './exits.ts'
import {knownImages} from './known-images.ts'
import {mannerOf} from './manner.ts'
import {openPinning} from './pinning.ts'
import type {Run} from './run.ts'
import {createSandboxes} from './sandboxes.ts'
import {createTurns} from './turns.ts'
import type {Project, World} from './world.ts'

export interface OpenEnvironment {
  at: Run
  exits: ExitsWatch
}

/** Takes an environment over as it is: its route is known, and what an earlier imm left is adopted or removed. */
export const openEnvironment = async (
  project: Project,
  world: World,
  atOnce: AbortSignal,
  signal: AbortSignal,
): Promise<OpenEnvironment> => {
  const route = await world.traffic.open(signal, mannerOf(project.settings))
  const standing = await adopt(route, project.settings, world, signal)
  const warm = standing.previous.map(({member}) => member.release)
  world.emit({type: 'found', live: standing.live?.release, warm})
  const exits = watchExits(world, environmentLabels(world.id))
  const builds = {known: knownImages(world), anchor: undefined, readying: undefined, refreshing: undefined}
  const sandboxes = createSandboxes(world, standing)
  const pinning = await openPinning(world, signal)
  const turns = createTurns()
  return {at: {world, standing, exits, builds, sandboxes, pinning, turns, signal, atOnce, url: route.url}, exits}
}
