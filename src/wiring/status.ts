import type {Engine, Image, Instance} from '../lifecycle/ports.ts'
import {connectProxy} from '../proxy/client.ts'
import type {ProxyStatus, RouteStatus} from '../proxy/status.ts'
import {anchorReference, releaseNumber, releaseOfReference, type AppId, type ReleaseName} from '../release/identity.ts'
import {containerIdentity} from '../release/labels.ts'
import {heldBytes} from '../release/retention.ts'
import {sessionStates} from '../session/ask.ts'
import type {Rejection, SessionState, TakingOver} from '../session/session.ts'
import {statePaths} from '../state/paths.ts'
import {recordsOf} from '../state/records.ts'
import {openEngine} from './engine.ts'
import {conditionsOf, type Condition} from './status-drift.ts'

/** `candidate`: has a share of the traffic, or of copies, and is not live yet; `starting`: on its way there, or one that imm has lost sight of; `running`: which it is knows the proxy, which does not run; `ended`: its container is still there, and dead. */
export type ReleaseState = 'live' | 'candidate' | 'warm' | 'stopped' | 'starting' | 'running' | 'ended' | 'image'

export interface ReleaseStatus {
  release: ReleaseName
  state: ReleaseState
  /** epoch ms: when its container was started, or its image made */
  sinceMs: number | undefined
  /** its own; undefined where the proxy counts none for it */
  traffic?: {requests: number; failed: number} | undefined
  /** of a running one */
  condition?: Condition | undefined
}

export interface EnvironmentStatus extends AppId {
  url: string | undefined
  /** the proxy runs; without it nothing is reachable at its address */
  proxyRuns: boolean
  /** it was brought up by `imm preview`, and no `imm dev` has to look after it */
  preview: boolean
  /** newest first */
  releases: readonly ReleaseStatus[]
  underWay: ReleaseName | undefined
  /** what takes over the traffic in steps, and how far it is */
  takingOver: TakingOver | undefined
  /** the last save, where it is not what runs */
  rejected: Rejection | undefined
  /** the `imm dev` that looks after it; undefined where none does */
  heldBy: {pid: number; directory: string} | undefined
  /** what a rollback holds it at, until the next save or `imm unpin` */
  pinned: ReleaseName | undefined
  /** bytes that its images hold beyond what must stay, and how many they may */
  disk: {heldBytes: number; budgetBytes: number | undefined}
  /** containers that hold a network for a release, or wait for the next */
  sandboxes: number
  /** id of the full image that releases add a layer to */
  anchor: string | undefined
  traffic: Pick<RouteStatus, 'requests' | 'failed' | 'inFlight' | 'held'> | undefined
}

/** What there is, as the engine's labels, the proxy and the running `imm dev`s tell. */
export const readStatus = async (signal: AbortSignal): Promise<EnvironmentStatus[]> => {
  const paths = statePaths()
  const [{engine}, proxy, sessions] = await Promise.all([
    openEngine(paths, signal),
    connectProxy({paths, signal}),
    sessionStates(paths.runtime, signal),
  ])
  const [found, status] = await Promise.all([readEngine(engine, paths.home, signal), proxy?.status(signal)])
  const environments = assemble(found, status, sessions)
  return Promise.all(
    environments.map(async (environment) => ({
      ...environment,
      pinned: (await recordsOf(paths.home, environment).pin(signal))?.release,
    })),
  )
}

interface Found {
  instances: readonly Instance[]
  images: readonly Image[]
  conditions: ReadonlyMap<string, Condition>
}

const readEngine = async (engine: Engine, home: string, signal: AbortSignal): Promise<Found> => {
  const [all, images] = await Promise.all([engine.instances({}, signal), engine.images({}, signal)])
  // Those are told of apart: they have no releases.
  const instances = all.filter(({labels}) => labels['imm.role'] !== 'service')
  return {instances, images, conditions: await conditionsOf(instances, engine, home, signal)}
}

const assemble = (
  {instances, images, conditions}: Found,
  proxy: ProxyStatus | undefined,
  sessions: readonly SessionState[],
): Omit<EnvironmentStatus, 'pinned'>[] => {
  const routes = proxy?.routes ?? []
  const ids = new Map<string, AppId>()
  const add = ({project, environment, app}: AppId) =>
    ids.set(`${project}/${environment}/${app}`, {project, environment, app})
  for (const one of [...routes, ...sessions]) add(one)
  for (const {labels} of [...instances, ...images]) {
    const id = appIdOf(labels)
    if (id) add(id)
  }
  return [...ids.entries()]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, id]) => {
      const route = routes.find((one) => isOf(one, id))
      const session = sessions.find((one) => isOf(one, id))
      return {
        ...id,
        url: route?.url || session?.url || undefined,
        proxyRuns: proxy !== undefined,
        preview: instances.some(({labels}) => labels['imm.ref'] !== undefined && isOwn(labels, id)),
        releases: releasesOf(id, {instances, images, conditions}, proxy),
        underWay: session?.underWay,
        takingOver: session?.takingOver,
        rejected: session?.rejected,
        heldBy: session && {pid: session.pid, directory: session.directory},
        disk: {heldBytes: heldBy(id, images, route), budgetBytes: session?.budgetBytes},
        sandboxes: instances.filter(({labels}) => labels['imm.role'] === 'sandbox' && isOwn(labels, id)).length,
        anchor: images.find(({references}) => references.includes(anchorReference(id)))?.id,
        traffic: route && {requests: route.requests, failed: route.failed, inFlight: route.inFlight, held: route.held},
      }
    })
}

/** By the sizes of whole images: the anchor that releases stand on is not counted, what else they share is. */
const heldBy = (id: AppId, images: readonly Image[], route: RouteStatus | undefined): number =>
  heldBytes({
    id,
    images: images.filter(({labels}) => isOwn(labels, id)).map((image) => ({...image, sharedBytes: undefined})),
    stopped: [],
    staying: [...(route?.live ? [route.live] : []), ...(route?.previous ?? [])].map(({release}) => release),
  })

const releasesOf = (
  id: AppId,
  {instances, images, conditions}: Found,
  proxy: ProxyStatus | undefined,
): ReleaseStatus[] => {
  const releases = new Map<ReleaseName, ReleaseStatus>()
  for (const {references, createdMs} of images)
    for (const reference of references) {
      const release = releaseOfReference(id, reference)
      if (release) releases.set(release, {release, state: 'image', sinceMs: createdMs})
    }
  for (const instance of instances) {
    const identity = containerIdentity(instance.labels)
    if (!identity || !isOf(identity, id)) continue
    const {release} = identity
    const known = releases.get(release)
    if (known && known.state !== 'image' && instance.state === 'exited') continue
    // Replicas of it that rest are no news.
    if (known?.state === 'live' || known?.state === 'candidate') continue
    const condition = conditions.get(instance.id)
    releases.set(release, {release, state: stateOf(instance, proxy, id), sinceMs: instance.startedMs, condition})
  }
  const route = proxy?.routes.find((one) => isOf(one, id))
  for (const {release, requests, failures} of route?.releases ?? []) {
    const known = releases.get(release)
    if (known) releases.set(release, {...known, traffic: {requests, failed: failures}})
  }
  return [...releases.values()].toSorted((a, b) => (releaseNumber(b.release) ?? 0) - (releaseNumber(a.release) ?? 0))
}

/** What a container of an app is to its traffic; `proxy` is undefined where it does not run. */
export const stateOf = ({id, state}: Instance, proxy: ProxyStatus | undefined, app: AppId): ReleaseState => {
  if (state === 'dead') return 'ended'
  if (state === 'exited') return 'stopped'
  if (!proxy && state !== 'created') return state === 'paused' ? 'warm' : 'running'
  const route = proxy?.routes.find((one) => isOf(one, app))
  const has = ({targets}: {targets: readonly {instance: string}[]}) => targets.some(({instance}) => instance === id)
  const [live, candidate = route?.mirror] = route?.portions ?? []
  if (live && has(live)) return 'live'
  if (candidate && has(candidate)) return 'candidate'
  return route?.previous.some(({instance}) => instance === id) ? 'warm' : 'starting'
}

export const isOf = (one: AppId, id: AppId): boolean =>
  one.project === id.project && one.environment === id.environment && one.app === id.app

const isOwn = (labels: Readonly<Record<string, string>>, id: AppId): boolean => {
  const own = appIdOf(labels)
  return own !== undefined && isOf(own, id)
}

/** Whose a labelled thing is. */
export const appIdOf = (labels: Readonly<Record<string, string>>): AppId | undefined => {
  const {'imm.project': project, 'imm.environment': environment, 'imm.app': app} = labels
  return project && environment && app ? {project, environment, app} : undefined
}
