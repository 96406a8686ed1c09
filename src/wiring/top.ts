import {setTimeout as sleep} from 'node:timers/promises'

import type {Engine, Usage} from '../lifecycle/ports.ts'
import {connectProxy} from '../proxy/client.ts'
import type {RouteStatus} from '../proxy/status.ts'
import type {AppId, ReleaseName} from '../release/identity.ts'
import {containerIdentity} from '../release/labels.ts'
import {statePaths} from '../state/paths.ts'
import {openEngine} from './engine.ts'
import {isOf} from './status.ts'
import {between, type Rates} from './top-rates.ts'

/** One release with a container, as it is doing. */
export interface TopRow extends AppId, Rates {
  release: ReleaseName
  state: 'live' | 'sharing' | 'warm' | 'starting'
  /** of the clients, 0 to 1 */
  share: number
  inFlight: number
  /** requests to the app that wait for a live release; told with the live one, with all where there is none */
  held: number
  /** undefined where it does not run */
  memoryBytes: number | undefined
  url: string | undefined
}

/** Everything at one moment. */
export interface Look {
  atMs: number
  routes: readonly RouteStatus[]
  containers: readonly (AppId & {release: ReleaseName; id: string; used: Usage | undefined})[]
}

/** What runs, again and again; the first look has no rates yet and is not yielded. */
export async function* watchTop(intervalMs: number, signal: AbortSignal): AsyncGenerator<TopRow[], void, undefined> {
  const paths = statePaths()
  const {engine} = await openEngine(paths, signal)
  const look = async (): Promise<Look> => {
    const [proxy, containers] = await Promise.all([connectProxy({paths, signal}), readContainers(engine, signal)])
    const status = await proxy?.status(signal)
    return {atMs: performance.now(), routes: status?.routes ?? [], containers}
  }
  let before = await look()
  for (;;) {
    await sleep(intervalMs, undefined, {signal})
    const now = await look()
    yield rowsOf(before, now)
    before = now
  }
}

const readContainers = async (engine: Engine, signal: AbortSignal): Promise<Look['containers']> => {
  const instances = await engine.instances({'imm.role': 'app'}, signal)
  return Promise.all(
    instances.flatMap((instance) => {
      const identity = containerIdentity(instance.labels)
      if (!identity || (instance.state !== 'running' && instance.state !== 'paused')) return []
      const {project, environment, app, release} = identity
      const one = {project, environment, app, release, id: instance.id}
      return engine.usage(instance.id, signal).then((used) => ({...one, used}))
    }),
  )
}

/** A row for each release that runs, by environment, the one with the most traffic first. */
export const rowsOf = (before: Look, now: Look): TopRow[] => {
  const releases = Map.groupBy(now.containers, ({project, environment, app, release}) =>
    [project, environment, app, release].join('/'),
  )
  return [...releases.values()]
    .flatMap((containers) => rowOf(containers, before, now) ?? [])
    .toSorted((a, b) => compare(keyOf(a), keyOf(b)) || b.share - a.share || compare(b.release, a.release))
}

const rowOf = (containers: Look['containers'], before: Look, now: Look): TopRow | undefined => {
  const [first] = containers
  if (!first) return undefined
  const {project, environment, app, release} = first
  const route = now.routes.find((each) => isOf(each, first))
  const portion = route?.portions.find(({targets}) => targets.some((target) => target.release === release))
  const state = stateOf(route, release, portion !== undefined)
  const used = containers.flatMap((each) => each.used ?? [])
  return {
    project,
    environment,
    app,
    release,
    state,
    share: portion?.weight ?? 0,
    inFlight: countsOf(now, first)?.inFlight ?? 0,
    held: route !== undefined && (state === 'live' || route.live === undefined) ? route.held : 0,
    memoryBytes: used.length === 0 ? undefined : used.reduce((sum, {memoryBytes}) => sum + memoryBytes, 0),
    url: route?.url || undefined,
    ...between(
      {atMs: before.atMs, counts: countsOf(before, first), cpuMs: cpuOf(before, containers)},
      {atMs: now.atMs, counts: countsOf(now, first), cpuMs: cpuOf(now, containers)},
    ),
  }
}

const stateOf = (route: RouteStatus | undefined, release: ReleaseName, shares: boolean): TopRow['state'] => {
  if (route?.live?.release === release) return 'live'
  if (shares) return 'sharing'
  return route?.previous.some((target) => target.release === release) ? 'warm' : 'starting'
}

const countsOf = ({routes}: Look, one: AppId & {release: ReleaseName}) =>
  routes.find((route) => isOf(route, one))?.releases.find(({release}) => release === one.release)

/** Of containers that were there then; undefined where one was not, and there is nothing to compare with. */
const cpuOf = (look: Look, containers: Look['containers']): number | undefined => {
  const used = containers.map(({id}) => look.containers.find((each) => each.id === id)?.used?.cpuMs)
  return used.every((each) => each !== undefined) ? used.reduce((sum, each) => sum + each, 0) : undefined
}

const keyOf = ({project, environment, app}: AppId): string => [project, environment, app].join('/')

const compare = (a: string, b: string): number => a.localeCompare(b, 'en', {numeric: true})
