import {setTimeout as sleep} from 'node:timers/promises'

import {ImmError, isImmError} from '../errors.ts'
import type {LogLine} from '../lifecycle/ports.ts'
import {foundServices} from '../lifecycle/services/remove.ts'
import type {ReleaseName} from '../release/identity.ts'
import {slug} from '../release/names.ts'
import {statePaths} from '../state/paths.ts'
import {openEngine} from './engine.ts'
import {findApps} from './find-app.ts'
import type {Where} from './identify.ts'
import {readLogs} from './logs.ts'
import {reorder} from './reorder.ts'
import {readServiceLogs} from './service-logs.ts'

/** Whose a line is: an app's, with its release, or a backing service's. */
export interface Source {
  name: string
  release: ReleaseName | undefined
}

export interface Sources {
  apps: readonly string[]
  services: readonly string[]
}

/** Apps and backing services of an environment; where some are named those alone. APP_NOT_FOUND where one is neither. */
export const logSources = async (where: Where, wanted: readonly string[], signal: AbortSignal): Promise<Sources> => {
  const paths = statePaths()
  const {environment, apps} = await findApps(where, paths, signal)
  const {engine} = await openEngine(paths, signal)
  const found = await foundServices(environment, engine, signal)
  const services = [...new Set(found.map(({identity}) => identity.service))].toSorted()
  if (wanted.length === 0) return {apps, services}
  const chosen: {apps: string[]; services: string[]} = {apps: [], services: []}
  for (const name of new Set(wanted)) {
    if (services.includes(name)) chosen.services.push(name)
    else if (apps.includes(slug(name))) chosen.apps.push(slug(name))
    else
      throw new ImmError(
        'APP_NOT_FOUND',
        `environment ${environment.environment} of ${environment.project} has no app or service "${name}"; it has ${[...apps, ...services].join(', ')}`,
        {next: 'Name some of those, or a release: `imm releases` lists them.'},
      )
  }
  return chosen
}

export interface AllLogsRequest extends Sources {
  where: Where
  follow: boolean
  /** the last so many lines of each */
  tail: number | undefined
}

// What several print at once arrives by several connections.
const holdMs = 150
const lookMs = 250

/**
 * Lines of several of an environment: in the order of their times, or, where they are followed, of the times of what comes within a moment.
 * NOTHING_LIVE where none of them has a container.
 */
export const readAllLogs = async (
  {where, apps, services, follow, tail}: AllLogsRequest,
  onLine: (from: Source, line: LogLine) => void,
  signal: AbortSignal,
): Promise<void> => {
  using lines = reorder<{from: Source; line: LogLine}>(
    follow ? holdMs : Infinity,
    ({line}) => line.timeMs,
    ({from, line}) => onLine(from, line),
  )
  const missing = new Set<string>()
  const readApp = async (app: string): Promise<void> => {
    const request = {where: {...where, app}, release: undefined, follow, tail}
    for (;;) {
      try {
        return await readLogs(request, ({release}, line) => lines.add({from: {name: app, release}, line}), signal)
      } catch (error) {
        // One of several that has not begun yet has nothing to say.
        if (!isImmError(error, 'NOTHING_LIVE')) throw error
        missing.add(app)
        if (missing.size === apps.length && services.length === 0) throw error
        if (!follow) return
      }
      await sleep(lookMs, undefined, {signal})
    }
  }
  await Promise.all([
    ...apps.map(readApp),
    ...services.map(async (service) =>
      readServiceLogs(
        {where, service, follow, tail},
        (line) => lines.add({from: {name: service, release: undefined}, line}),
        signal,
      ),
    ),
  ])
}
