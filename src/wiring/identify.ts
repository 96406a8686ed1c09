import type {SettingFlags} from '../config/flags.ts'
import {loadSettings, type Loaded} from '../config/load.ts'
import type {AppId} from '../release/identity.ts'
import {slug} from '../release/names.ts'
import type {StatePaths} from '../state/paths.ts'
import {claimProject, type Claim} from '../state/projects.ts'

export interface Where {
  /** of the project; absolute */
  directory: string
  /** as given; `main` by default */
  environment: string
  /** as given; undefined: the only one */
  app?: string | undefined
  flags: SettingFlags
}

export interface Identified {
  id: AppId
  loaded: Loaded
  claim: Claim
}

/** Which app in which environment of which project a command means. */
export const identify = async (
  {directory, environment, flags}: Where,
  {home}: StatePaths,
  signal: AbortSignal,
  isTaken?: (project: string) => Promise<boolean>,
): Promise<Identified> => {
  const loaded = await loadSettings({directory, flags, signal})
  const claim = await claimProject({
    home,
    slug: loaded.settings.project,
    directory,
    signal,
    ...(isTaken === undefined ? {} : {isTaken}),
  })
  return {id: {project: claim.slug, environment: slug(environment), app: loaded.settings.app}, loaded, claim}
}
