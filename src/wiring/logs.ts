import {setTimeout as sleep} from 'node:timers/promises'

import {ImmError} from '../errors.ts'
import type {Engine, Instance, LogLine} from '../lifecycle/ports.ts'
import {connectProxy} from '../proxy/client.ts'
import {referredNumber, releaseNumber, type AppId, type ReleaseName, type ReleaseRef} from '../release/identity.ts'
import {containerIdentity, environmentLabels} from '../release/labels.ts'
import {statePaths} from '../state/paths.ts'
import {openEngine} from './engine.ts'
import {findApp} from './find-app.ts'
import type {Where} from './identify.ts'
import {isOf} from './status.ts'

export interface LogsRequest {
  where: Where
  /** undefined: the live one, and when following, those that come after it */
  release: ReleaseRef | undefined
  follow: boolean
  /** the last so many lines of each; undefined: all */
  tail: number | undefined
}

/** Whose a line is. */
export interface Printed {
  app: string
  release: ReleaseName
}

export type OnLine = (from: Printed, line: LogLine) => void

// A container's log is kept by the engine: one that is seen late is still read from its first line.
const lookMs = 250

/** Log lines of releases that run. */
export const readLogs = async (request: LogsRequest, onLine: OnLine, signal: AbortSignal): Promise<void> => {
  const {release, follow, where} = request
  const paths = statePaths()
  const [{engine}, id] = await Promise.all([openEngine(paths, signal), findApp(where, paths, signal, release)])
  const found = await appInstances(engine, id, signal)
  const wanted = release
    ? found.filter((instance) => numberOf(instance) === referredNumber(release))
    : await liveOrNewest(found, id, signal)
  if (wanted.length === 0) {
    if (release)
      throw new ImmError('RELEASE_NOT_FOUND', `${release} has no container, and its log went with it`, {
        next: '`imm status` shows which releases run.',
      })
    throw new ImmError('NOTHING_LIVE', `nothing runs in environment ${id.environment} of ${id.project}`)
  }
  const reading = wanted.map(async (instance) => read(engine, instance, request, onLine, signal))
  if (follow && !release)
    await followNew(engine, id, new Set(found.map((instance) => instance.id)), request, onLine, signal)
  await Promise.all(reading)
}

/** Follows each release that comes after the ones that are known, from its first line. */
const followNew = async (
  engine: Engine,
  id: AppId,
  known: Set<string>,
  request: LogsRequest,
  onLine: OnLine,
  signal: AbortSignal,
): Promise<never> => {
  const failure = Promise.withResolvers<never>()
  for (;;) {
    for (const instance of await appInstances(engine, id, signal)) {
      if (known.has(instance.id)) continue
      known.add(instance.id)
      read(engine, instance, {...request, tail: undefined}, onLine, signal).catch(failure.reject)
    }
    await Promise.race([sleep(lookMs, undefined, {signal}), failure.promise])
  }
}

const read = async (
  engine: Engine,
  instance: Instance,
  {follow, tail}: LogsRequest,
  onLine: OnLine,
  signal: AbortSignal,
): Promise<void> => {
  const from = containerIdentity(instance.labels)
  if (from?.release === undefined) return
  for await (const line of engine.logs(instance.id, {follow, ...(tail === undefined ? {} : {tail})}, signal))
    onLine({app: from.app, release: from.release}, line)
}

const appInstances = async (engine: Engine, id: AppId, signal: AbortSignal): Promise<Instance[]> =>
  (await engine.instances(environmentLabels(id), signal)).filter(({state}) => state !== 'created')

const liveOrNewest = async (found: readonly Instance[], id: AppId, signal: AbortSignal): Promise<Instance[]> => {
  const proxy = await connectProxy({paths: statePaths(), signal})
  const route = (await proxy?.status(signal))?.routes.find((one) => isOf(one, id))
  const live = new Set(route?.portions[0]?.targets.map(({instance}) => instance))
  const newest = found.toSorted((a, b) => numberOf(b) - numberOf(a))
  const serving = newest.filter((instance) => live.has(instance.id))
  return serving.length > 0 ? serving : newest.slice(0, 1)
}

const numberOf = (instance: Instance): number => releaseNumber(releaseOf(instance) ?? '') ?? 0

const releaseOf = ({labels}: Instance): ReleaseName | undefined => containerIdentity(labels)?.release
