import {ImmError, isImmError} from '../errors.ts'
import {appsWithLedger, placeOf} from '../ledger/files.ts'
import {readEntries} from '../ledger/read.ts'
import {releasesOf} from '../ledger/releases.ts'
import {connectProxy} from '../proxy/client.ts'
import {referredRelease, soleApp, type AppId, type EnvironmentId, type ReleaseRef} from '../release/identity.ts'
import {environmentHosts, slug} from '../release/names.ts'
import {sessionStates} from '../session/ask.ts'
import type {SessionState} from '../session/session.ts'
import type {StatePaths} from '../state/paths.ts'
import {claimsOf} from '../state/projects.ts'
import type {Where} from './identify.ts'

/**
 * Which app commands mean that only look at what is there, give the traffic back, or take it down. APP_NOT_FOUND where the environment has
 * several and none, or another, is named.
 */
export const findApp = async (
  where: Where,
  paths: StatePaths,
  signal: AbortSignal,
  /** says its app, because numbers rise through the whole environment */
  release?: ReleaseRef,
): Promise<AppId> => {
  const {environment, apps} = await findApps(where, paths, signal)
  const [only] = apps
  const isMeant = where.app === undefined || only === slug(where.app)
  if (only !== undefined && apps.length === 1 && isMeant) return {...environment, app: only}
  const its = release && where.app === undefined && (await appOfRelease(release, environment, apps, paths, signal))
  if (its) return {...environment, app: its}
  if (release && where.app === undefined)
    throw new ImmError(
      'RELEASE_NOT_FOUND',
      `the history of environment ${environment.environment} of ${environment.project} (${apps.join(', ')}) tells nothing of ${release}`,
      {next: 'See `imm releases`, or name the app with `--app NAME`.'},
    )
  throw new ImmError(
    'APP_NOT_FOUND',
    where.app === undefined
      ? `environment ${environment.environment} of ${environment.project} has several apps: ${apps.join(', ')}`
      : `environment ${environment.environment} of ${environment.project} has no app "${where.app}"; it has ${apps.join(', ')}`,
  )
}

/** All apps of an environment; the one that is named alone. APP_NOT_FOUND where there is none of that name. */
export const findEach = async (where: Where, paths: StatePaths, signal: AbortSignal): Promise<AppId[]> => {
  if (where.app !== undefined) return [await findApp(where, paths, signal)]
  const {environment, apps} = await findApps(where, paths, signal)
  return apps.map((app) => ({...environment, app}))
}

const appOfRelease = async (
  release: ReleaseRef,
  environment: EnvironmentId,
  apps: readonly string[],
  {home}: StatePaths,
  signal: AbortSignal,
): Promise<string | undefined> => {
  for (const app of apps) {
    const records = releasesOf(await readEntries(placeOf(home, {...environment, app}), signal))
    if (
      referredRelease(
        release,
        records.map((record) => record.release),
      )
    )
      return app
  }
  return undefined
}

/** The app that answers under the environment's own host; the only one where there is but one. */
export const findFront = async (where: Where, paths: StatePaths, signal: AbortSignal): Promise<AppId> => {
  const found = await findApps(where, paths, signal)
  if (where.app !== undefined || found.apps.length === 1) return findApp(where, paths, signal)
  const {environment} = found
  const [host] = environmentHosts(environment)
  const routes = await routesOfEnvironment(environment, paths, signal)
  const front = routes.find(({hosts}) => host !== undefined && hosts.includes(host))
  return front ? {...environment, app: front.app} : findApp(where, paths, signal)
}

/**
 * All apps of an environment, or those that are named. These commands must work whatever became of the project's files since: what runs in the
 * directory comes first, then the name that the directory has, then its settings. Reading settings takes longer to load than all the rest, so
 * only who needs it pays for it.
 */
export const findApps = async (
  where: Where,
  paths: StatePaths,
  signal: AbortSignal,
): Promise<{environment: EnvironmentId; apps: string[]}> => {
  const {directory, flags} = where
  const environment = slug(where.environment)
  const running =
    flags.project === undefined
      ? (await sessionStates(paths.runtime, signal)).filter(
          (session) => session.directory === directory && session.environment === environment,
        )
      : []
  const projects = [...new Set(running.map(({project}) => project))]
  const [only] = projects
  const project =
    flags.project === undefined
      ? only !== undefined && projects.length === 1
        ? only
        : await projectOfDirectory(where, paths, signal)
      : slug(flags.project)
  const id = {project, environment}
  const apps = await appsOf(id, running, paths, signal)
  const named = where.app === undefined ? undefined : slug(where.app)
  if (named !== undefined && apps.includes(named)) return {environment: id, apps: [named]}
  return {environment: id, apps}
}

const appsOf = async (
  id: EnvironmentId,
  sessions: readonly SessionState[],
  paths: StatePaths,
  signal: AbortSignal,
): Promise<string[]> => {
  const running = sessions.filter(({project}) => project === id.project)
  const known = running.length > 0 ? running : await routesOfEnvironment(id, paths, signal)
  if (known.length > 0) return [...new Set(known.map(({app}) => app))].toSorted()
  const apps = await labelledApps(id, paths, signal)
  if (apps.length > 0) return apps
  const before = await appsWithLedger(paths.home, id)
  return before.length > 0 ? before.toSorted() : [soleApp]
}

/** None where the engine can't be asked: what needs it will say so. */
const labelledApps = async (id: EnvironmentId, paths: StatePaths, signal: AbortSignal): Promise<string[]> => {
  const {openEngine} = await import('./engine.ts')
  try {
    const {engine} = await openEngine(paths, signal)
    const labels = {'imm.project': id.project, 'imm.environment': id.environment, 'imm.role': 'app'}
    const [instances, images] = await Promise.all([engine.instances(labels, signal), engine.images(labels, signal)])
    return [...new Set([...instances, ...images].flatMap((one) => one.labels['imm.app'] ?? []))].toSorted()
  } catch (error) {
    if (!isImmError(error)) throw error
    return []
  }
}

const routesOfEnvironment = async ({project, environment}: EnvironmentId, paths: StatePaths, signal: AbortSignal) => {
  const status = await (await connectProxy({paths, signal}))?.status(signal)
  return (status?.routes ?? []).filter((route) => route.project === project && route.environment === environment)
}

const projectOfDirectory = async (where: Where, paths: StatePaths, signal: AbortSignal): Promise<string> => {
  const [known, ...others] = await claimsOf(paths.home, where.directory, signal)
  if (known !== undefined && others.length === 0) return known
  const {identify} = await import('./identify.ts')
  return (await identify(where, paths, signal)).id.project
}
