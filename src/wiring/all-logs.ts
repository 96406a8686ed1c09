import {isImmError} from '../errors.ts'
import type {LogLine} from '../lifecycle/ports.ts'
import {foundServices} from '../lifecycle/services/remove.ts'
import type {ReleaseName} from '../release/identity.ts'
import {statePaths} from '../state/paths.ts'
import {openEngine} from './engine.ts'
import {findApps} from './find-app.ts'
import type {Where} from './identify.ts'
import {readLogs} from './logs.ts'
import {readServiceLogs} from './service-logs.ts'

/** Whose a line is: an app's, with its release, or a backing service's. */
export interface Source {
  name: string
  release: ReleaseName | undefined
}

/** Apps and backing services of an environment that have output; `wanted`: those alone. */
export const logSources = async (
  where: Where,
  signal: AbortSignal,
): Promise<{apps: readonly string[]; services: readonly string[]}> => {
  const paths = statePaths()
  const {environment, apps} = await findApps(where, paths, signal)
  const {engine} = await openEngine(paths, signal)
  const services = await foundServices(environment, engine, signal)
  return {apps, services: services.map(({identity}) => identity.service).toSorted()}
}

export interface AllLogsRequest {
  where: Where
  apps: readonly string[]
  services: readonly string[]
  follow: boolean
  /** the last so many lines of each */
  tail: number | undefined
}

/** Lines of all of an environment: in the order of their times, or, where they are followed, as they come. */
export const readAllLogs = async (
  {where, apps, services, follow, tail}: AllLogsRequest,
  onLine: (from: Source, line: LogLine) => void,
  signal: AbortSignal,
): Promise<void> => {
  const lines: {from: Source; line: LogLine}[] = []
  const take = (name: string, release: ReleaseName | undefined, line: LogLine) => {
    const from = {name, release}
    if (follow) onLine(from, line)
    else lines.push({from, line})
  }
  await Promise.all([
    ...apps.map(async (app) =>
      readLogs(
        {where: {...where, app}, release: undefined, follow, tail},
        (release, line) => take(app, release, line),
        signal,
      ).catch((error: unknown) => {
        // One that has not begun yet has nothing to say.
        if (!isImmError(error, 'NOTHING_LIVE')) throw error
      }),
    ),
    ...services.map(async (service) =>
      readServiceLogs({where, service, follow, tail}, (line) => take(service, undefined, line), signal),
    ),
  ])
  for (const {from, line} of lines.toSorted((a, b) => a.line.timeMs - b.line.timeMs)) onLine(from, line)
}
