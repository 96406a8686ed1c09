import type {Difference} from '../drift/difference.ts'
import {ImmError} from '../errors.ts'
import {driftOf} from '../lifecycle/drift.ts'
import type {Engine, Instance} from '../lifecycle/ports.ts'
import {connectProxy} from '../proxy/client.ts'
import {referredRelease, type AppId, type ReleaseName, type ReleaseRef} from '../release/identity.ts'
import {containerIdentity, environmentLabels} from '../release/labels.ts'
import {statePaths, type StatePaths} from '../state/paths.ts'
import {touchesOf, type Touch} from '../state/touches.ts'
import {openEngine} from './engine.ts'
import {findApp, findEach} from './find-app.ts'
import type {Where} from './identify.ts'
import {isOf, stateOf, type ReleaseState} from './status.ts'

/** One container of a release, compared with its image and settings. */
export interface ContainerDrift extends RunningRelease {
  differences: readonly Difference[]
  touches: readonly Touch[]
}

export interface RunningRelease {
  release: ReleaseName
  state: ReleaseState
  /** id */
  container: string
}

/** An environment whose containers can be looked at again and again. */
export interface OpenDrift {
  id: AppId
  engine: Engine
  /** Live and warm, or else the release that is asked for. RELEASE_NOT_FOUND and NOTHING_LIVE where there is none. */
  running(release: ReleaseRef | undefined, signal: AbortSignal): Promise<RunningRelease[]>
  compare(running: readonly RunningRelease[], signal: AbortSignal): Promise<ContainerDrift[]>
}

/** Of each app of an environment, or of the one that is named. */
export const openDrifts = async (where: Where, signal: AbortSignal): Promise<OpenDrift[]> => {
  const apps = await findEach(where, statePaths(), signal)
  return Promise.all(apps.map(async ({app}) => openDrift({...where, app}, signal)))
}

export const openDrift = async (where: Where, signal: AbortSignal, meant?: ReleaseRef): Promise<OpenDrift> => {
  const paths = statePaths()
  const [{engine}, id] = await Promise.all([openEngine(paths, signal), findApp(where, paths, signal, meant)])
  return {
    id,
    engine,
    async running(release, within) {
      const found = await runningOf(id, engine, paths, within)
      const wanted = release === undefined ? found : found.filter((one) => referredRelease(release, [one.release]))
      if (wanted.length > 0) return wanted
      if (release !== undefined)
        throw new ImmError('RELEASE_NOT_FOUND', `${release} has no running container to look at`, {
          next: '`imm status` shows which releases run.',
        })
      throw new ImmError('NOTHING_LIVE', `nothing runs in environment ${id.environment} of ${id.project}`)
    },
    async compare(running, within) {
      const compared = await Promise.all(
        running.map(async (one) => {
          const [differences, touches] = await Promise.all([
            driftOf(one.container, {id, engine}, within),
            touchesOf({home: paths.home, container: one.container}),
          ])
          // Gone since: nothing runs there that could differ.
          return differences ? [{...one, differences, touches}] : []
        }),
      )
      return compared.flat()
    },
  }
}

const runningOf = async (
  id: AppId,
  engine: Engine,
  paths: StatePaths,
  signal: AbortSignal,
): Promise<RunningRelease[]> => {
  const [found, proxy] = await Promise.all([
    engine.instances(environmentLabels(id), signal),
    connectProxy({paths, signal}),
  ])
  const status = await proxy?.status(signal)
  const running = found.filter(isRunning).flatMap((instance) => {
    const identity = containerIdentity(instance.labels)
    return identity?.role === 'app'
      ? [{release: identity.release, state: stateOf(instance, status, id), container: instance.id}]
      : []
  })
  // A candidate has not been proved yet; without a route nobody knows which it is.
  const known = status?.routes.some((one) => isOf(one, id))
    ? running.filter(({state}) => state === 'live' || state === 'warm')
    : running
  return known.toSorted((a, b) => rank(a) - rank(b))
}

const isRunning = ({state}: Instance): boolean => state === 'running' || state === 'paused'

const rank = ({state}: RunningRelease): number => ['live', 'warm'].indexOf(state)
