import {defaultApp} from '../config/defaults.ts'
import {isImmError} from '../errors.ts'
import type {AppId} from '../release/identity.ts'
import {slug} from '../release/names.ts'
import {sessionStates} from '../session/ask.ts'
import type {StatePaths} from '../state/paths.ts'
import {claimsOf} from '../state/projects.ts'
import type {Where} from './identify.ts'

/**
 * Which app commands mean that only look at what is there, give the traffic back, or take it down: those must work whatever became of the
 * project's files since. What runs in the directory comes first, then its settings, and where those can't be read, the name that the directory
 * has. Reading settings takes longer to load than all the rest, so only who needs it pays for it.
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
  const {identify} = await import('./identify.ts')
  try {
    return (await identify(where, paths, signal)).id
  } catch (error) {
    if (!isImmError(error, 'CONFIG_INVALID') && !isImmError(error, 'PROJECT_NOT_FOUND')) throw error
    const [project, ...others] = await claimsOf(paths.home, directory, signal)
    if (project === undefined || others.length > 0) throw error
    return {project, environment, app: defaultApp}
  }
}
