import {defaultApp} from '../config/defaults.ts'
import type {SettingFlags} from '../config/flags.ts'
import {loadSettings, type Loaded} from '../config/load.ts'
import {isImmError} from '../errors.ts'
import type {AppId} from '../release/identity.ts'
import {slug} from '../release/names.ts'
import {sessionStates} from '../session/ask.ts'
import type {StatePaths} from '../state/paths.ts'
import {claimProject, claimsOf, type Claim} from '../state/projects.ts'

export interface Where {
  /** of the project; absolute */
  directory: string
  /** as given; `main` by default */
  environment: string
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

/**
 * The same for commands that only look at what is there, or take it down: those must work whatever became of the project's files since. What
 * runs in the directory comes first, then its settings, and where those can't be read, the name that the directory has.
 */
export const findApp = async (where: Where, paths: StatePaths, signal: AbortSignal): Promise<AppId> => {
  const {directory, flags} = where
  const environment = slug(where.environment)
  if (flags.project !== undefined) return {project: slug(flags.project), environment, app: defaultApp}
  const running = (await sessionStates(paths.runtime, signal)).filter(
    (session) => session.directory === directory && session.environment === environment,
  )
  const [only] = running
  if (only && running.length === 1) return {project: only.project, environment, app: only.app}
  try {
    return (await identify(where, paths, signal)).id
  } catch (error) {
    if (!isImmError(error, 'CONFIG_INVALID') && !isImmError(error, 'PROJECT_NOT_FOUND')) throw error
    const [project, ...others] = await claimsOf(paths.home, directory, signal)
    if (project === undefined || others.length > 0) throw error
    return {project, environment, app: defaultApp}
  }
}
