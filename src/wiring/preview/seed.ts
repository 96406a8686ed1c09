import {stat} from 'node:fs/promises'

import type {PreviewSettings, SeedSource} from '../../config/previews.ts'
import {ImmError, isImmError} from '../../errors.ts'
import type {CopiedVolume, Engine} from '../../lifecycle/ports.ts'
import type {VolumeHappening, VolumesAt} from '../../lifecycle/volumes/at.ts'
import {findVolume} from '../../lifecycle/volumes/read.ts'
import {seedTargets, targetsNamed, type Seedable} from '../../lifecycle/volumes/seed-target.ts'
import {seedVolume, type SeedContent, type SeedTarget} from '../../lifecycle/volumes/seed.ts'
import {printedBy} from '../../preview/seed-command.ts'
import type {EnvironmentId} from '../../release/identity.ts'
import {holdVolume} from '../../session/volume-hold.ts'
import type {StatePaths} from '../../state/paths.ts'
import {systemClock} from '../clock.ts'
import {recoverVolumes} from '../volume-gate.ts'

export interface SeedRequest {
  /** of the preview */
  id: EnvironmentId
  application: Seedable
  seed: PreviewSettings['seed']
  /** one that waits for no work on volumes */
  ungated: Engine
  paths: StatePaths
  tell: (happening: VolumeHappening) => void
}

export interface SeededVolume extends CopiedVolume {
  /** as people name it */
  volume: string
}

/**
 * Fills volumes of a preview with what they are to hold at first. To be done before anything of it starts; those that are there already are
 * left as they are, so it is fine to do it at each start.
 */
export const seedVolumes = async (request: SeedRequest, signal: AbortSignal): Promise<SeededVolume[]> => {
  const {id, application, seed, ungated: engine, paths, tell} = request
  const sources = Object.entries(seed)
  if (sources.length === 0) return []
  // A volume that somebody was killed at must not be taken for one that is there.
  await recoverVolumes(engine, paths, signal)
  const at: VolumesAt = {
    id,
    engine,
    clock: systemClock,
    hold: async (note, within) => holdVolume(paths, note, within),
    lookedAfter: async () => false,
    tell,
  }
  const targets = seedTargets(id, application)
  const seeded: SeededVolume[] = []
  for (const [wanted, source] of sources) {
    const target = one(wanted, targets, tell)
    if (!target || (await engine.volumeNamed(target.name, signal))) continue
    const content = await contentOf(target.key, source, request, signal)
    const filled = await seedVolume({target, content}, at, signal)
    if (filled) seeded.push({volume: target.key, ...filled})
  }
  return seeded
}

/** An older commit may not have the volume yet: that is no reason to refuse it. */
const one = (wanted: string, targets: readonly SeedTarget[], tell: SeedRequest['tell']): SeedTarget | undefined => {
  const [first, ...others] = targetsNamed(wanted, targets)
  if (first && others.length === 0) return first
  const known = (first ? [first, ...others] : targets).map(({key}) => key).join(', ')
  const message = first
    ? `previews.seed.${wanted} could be any of ${known}, and none is seeded`
    : `previews.seed.${wanted}: there is no such volume, and nothing is seeded; there ${known === '' ? 'is none' : `are ${known}`}`
  tell({type: 'warning', message})
  return undefined
}

const contentOf = async (
  volume: string,
  source: SeedSource,
  {id, ungated: engine}: SeedRequest,
  signal: AbortSignal,
): Promise<SeedContent> => {
  if (source.kind === 'volume') return {volume: await nameOf(volume, source.volume, id, engine, signal), of: mainOf(id)}
  const {directory} = source
  if (!(await stat(directory).catch(() => undefined))?.isDirectory())
    throw new ImmError('SEED_FAILED', `there is no directory ${directory}, which volume ${volume} is seeded from`)
  if (source.kind === 'directory') return {directory}
  const env = {IMM_PROJECT: id.project, IMM_ENVIRONMENT: id.environment, IMM_VOLUME: volume}
  return {archive: printedBy({volume, command: source.command, directory, env}, signal)}
}

const mainOf = ({project}: EnvironmentId): EnvironmentId => ({project, environment: 'main'})

/** The engine's name of what is seeded from: a volume of `main`, or anybody's. */
const nameOf = async (
  volume: string,
  wanted: string,
  id: EnvironmentId,
  engine: Engine,
  signal: AbortSignal,
): Promise<string> => {
  const main = mainOf(id)
  try {
    const found = await findVolume(wanted, main, engine, signal)
    if (found.exists) return found.name
  } catch (error) {
    if (!isImmError(error, 'VOLUME_NOT_FOUND')) throw error
  }
  const anybodys = await engine.volumeNamed(wanted, signal)
  if (anybodys) return anybodys.name
  throw new ImmError(
    'VOLUME_NOT_FOUND',
    `volume ${volume} is seeded from ${wanted}, and neither environment ${main.environment} of ${main.project} nor the engine has one of that name`,
    {next: 'Bring up the project once with `imm dev`, or name another volume under `previews.seed`.'},
  )
}
