import {loadSettings} from '../config/load.ts'
import type {KeepSettings} from '../config/settings.ts'
import {isImmError} from '../errors.ts'
import type {BuildCache, Engine, ImageUsage, Instance, RouteState} from '../lifecycle/ports.ts'
import {connectProxy} from '../proxy/client.ts'
import {bytesOnlyIn} from '../release/disk.ts'
import type {AppId} from '../release/identity.ts'
import {leftContainers} from '../release/leftovers.ts'
import {beyondPolicy, type HeldImage} from '../release/retention.ts'
import {leftFiles, removeLeftFiles} from '../secrets/left.ts'
import {sessionStates} from '../session/ask.ts'
import {holdEnvironment} from '../session/hold.ts'
import {removeSocket, staleSockets} from '../session/stale.ts'
import {isSystemError} from '../socket/system-error.ts'
import {abandonedProjects, forgetProject} from '../state/abandoned.ts'
import {statePaths, type StatePaths} from '../state/paths.ts'
import {directoryOfProject} from '../state/projects.ts'
import {recordsOf} from '../state/records.ts'
import {openEngine} from './engine.ts'
import {isOfRelease, leftServices} from './gc-services.ts'
import {appIdOf, isOf} from './status.ts'

/** Something that nobody needs any more. */
export interface Leftover {
  kind: 'container' | 'sandbox' | 'trial' | 'image' | 'volume' | 'files' | 'socket' | 'state'
  name: string
  /** undefined where it belongs to none */
  project: string | undefined
  environment: string | undefined
  /** that it frees, where that is known */
  bytes: number | undefined
}

export interface GcOptions {
  /** only this one */
  project: string | undefined
  volumes: boolean
  dryRun: boolean
  onLeftover: (leftover: Leftover) => void
}

export interface GcResult {
  /** of everybody who builds on this engine: no entry says whose it is, so none is removed */
  buildCache: BuildCache | undefined
  /** environments that something looks after: left to that */
  held: readonly AppId[]
}

interface Reach {
  engine: Engine
  paths: StatePaths
  usage: ReadonlyMap<string, ImageUsage>
  options: GcOptions
}

/** Removes, or with `dryRun` only names, what nobody needs any more. What an `imm dev` looks after is left to it. */
export const collectGarbage = async (options: GcOptions, signal: AbortSignal): Promise<GcResult> => {
  const paths = statePaths()
  const {engine} = await openEngine(paths, signal)
  const isWanted = ({project}: {project: string}) => options.project === undefined || options.project === project
  const [proxy, sessions, instances, images, volumes, abandoned, usage] = await Promise.all([
    connectProxy({paths, signal}),
    sessionStates(paths.runtime, signal),
    engine.instances({}, signal),
    engine.images({}, signal),
    engine.volumes({}, signal),
    abandonedProjects(paths.home, signal),
    engine.imageUsage({}, signal),
  ])
  const routes = (await proxy?.status(signal))?.routes ?? []
  const reach: Reach = {engine, paths, usage, options}
  const labelled = [...instances.filter(isOfRelease), ...images]
    .flatMap(({labels}) => appIdOf(labels) ?? [])
    .filter(isWanted)
  const ids = new Map(labelled.map((id) => [`${id.project}/${id.environment}/${id.app}`, id]))
  const held: AppId[] = []
  // Looked for first: who holds an environment replaces the socket.
  const sockets = await staleSockets(paths.runtime)
  for (const id of ids.values()) {
    const isHeld = sessions.some((session) => isOf(session, id))
    const route = routes.find((one) => isOf(one, id))
    const isGone = abandoned.includes(id.project)
    if (isHeld || !(await collectApp(id, route, isGone, reach, signal))) held.push(id)
  }
  const inUse = [...sessions, ...routes]
  for (const one of leftServices(instances, inUse, (project) => abandoned.includes(project)))
    if (isWanted({project: one.labels['imm.project'] ?? ''})) await takeContainer(one, engine, options, signal)
  const gone = abandoned.filter((project) => isWanted({project}))
  const left = volumes.filter(({labels}) => gone.includes(labels['imm.project'] ?? ''))
  if (options.volumes)
    for (const {name, labels} of left)
      await take({kind: 'volume', name, ...placeOf(labels)}, async () => engine.removeVolume(name, signal), options)
  for (const project of gone) {
    const isUsed = [...held, ...inUse].some((one) => one.project === project)
    const hasVolumes = !options.volumes && left.some(({labels}) => labels['imm.project'] === project)
    // Only the name tells that the volumes are nobody's.
    if (isUsed || hasVolumes) continue
    await take({kind: 'state', name: project, project}, async () => forgetProject(paths.home, project, signal), options)
  }
  // After the containers: secrets and configs lie in memory for those.
  await collectFiles(isWanted, [...held, ...sessions, ...routes], reach, signal)
  if (options.project === undefined) await collectNobodys(sockets, reach, signal)
  return {buildCache: await engine.buildCache(signal), held}
}

/** False where somebody has taken the environment over meanwhile. */
const collectApp = async (
  id: AppId,
  route: RouteState | undefined,
  isGone: boolean,
  {engine, paths, usage, options}: Reach,
  signal: AbortSignal,
): Promise<boolean> => {
  await using stack = new AsyncDisposableStack()
  try {
    // From here on no imm dev begins with what is about to go.
    if (!options.dryRun) stack.use(await holdEnvironment(paths.runtime, id, signal))
  } catch (error) {
    if (isImmError(error, 'ENVIRONMENT_HELD')) return false
    // The very disk that is to be freed may be too full for a socket.
    if (!isSystemError(error, 'ENOSPC')) throw error
  }
  const labels = {'imm.project': id.project, 'imm.environment': id.environment, 'imm.app': id.app}
  const targets = [...(route?.live ? [route.live] : []), ...(route?.previous ?? [])]
  const instances = await engine.instances(labels, signal)
  for (const one of leftContainers(instances, new Set(targets.map(({instance}) => instance))))
    await takeContainer(one, engine, options, signal)
  const images = (await engine.images(labels, signal)).map((image) => ({
    ...image,
    sharedBytes: usage.get(image.id)?.sharedBytes,
  }))
  const keep = isGone ? undefined : await keepOf(id, paths, signal)
  const pin = await recordsOf(paths.home, id).pin(signal)
  const staying = [...targets.map(({release}) => release), ...(pin ? [pin.release] : [])]
  const references = isGone
    ? images.flatMap((image) => image.references)
    : keep === undefined
      ? []
      : beyondPolicy({id, images, stopped: [], staying}, keep).references
  for (const reference of references) {
    const bytes = freedBy(reference, images)
    await take(
      {kind: 'image', name: reference, ...placeOf(labels), bytes},
      async () => engine.untag(reference, signal),
      options,
    )
  }
  return true
}

/** What the project itself says; undefined where it can't be asked, and then nothing is beyond it. */
const keepOf = async ({project}: AppId, {home}: StatePaths, signal: AbortSignal): Promise<KeepSettings | undefined> => {
  const directory = await directoryOfProject(home, project, signal)
  if (directory === undefined) return undefined
  try {
    return (await loadSettings({directory, flags: {}, signal})).settings.keep
  } catch (error) {
    if (isImmError(error)) return undefined
    throw error
  }
}

/** An image goes with its last name. */
const freedBy = (reference: string, images: HeldImage[]): number => {
  const at = images.findIndex(({references}) => references.includes(reference))
  const image = images[at]
  if (!image) return 0
  const references = image.references.filter((name) => name !== reference)
  const bytes = references.length > 0 ? 0 : bytesOnlyIn(new Set([image.id]), images)
  images.splice(at, 1, ...(references.length > 0 ? [{...image, references}] : []))
  return bytes
}

const takeContainer = async (
  {id, name, labels}: Instance,
  engine: Engine,
  options: GcOptions,
  signal: AbortSignal,
): Promise<void> => {
  const kind = labels['imm.role'] === 'sandbox' ? 'sandbox' : 'container'
  const bytes = kind === 'sandbox' ? 0 : await engine.written(id, signal)
  await take({kind, name, ...placeOf(labels), bytes}, async () => engine.remove(id, 0, signal), options)
}

/** Secrets and configs of apps of which nothing runs: who runs them next writes them again. */
const collectFiles = async (
  isWanted: (id: AppId) => boolean,
  used: readonly AppId[],
  {engine, paths, options}: Reach,
  signal: AbortSignal,
): Promise<void> => {
  for (const left of await leftFiles(paths, engine.facts.dataRoot !== undefined)) {
    const {project, environment, app} = left.id
    if (!isWanted(left.id) || used.some((one) => isOf(one, left.id))) continue
    const labels = {'imm.project': project, 'imm.environment': environment, 'imm.app': app}
    if ((await engine.instances(labels, signal)).length > 0) continue
    const name = `${project}/${environment}/${app}`
    await take({kind: 'files', name, project, environment}, async () => removeLeftFiles(left), options)
  }
}

/** What killed imms left that belongs to no project. */
const collectNobodys = async (
  sockets: readonly string[],
  {engine, options}: Reach,
  signal: AbortSignal,
): Promise<void> => {
  for (const {kind, id} of await engine.leftTrials(signal))
    await take(
      {kind: 'trial', name: id},
      async () => (kind === 'container' ? engine.remove(id, 0, signal) : engine.untag(id, signal)),
      options,
    )
  for (const place of sockets) await take({kind: 'socket', name: place}, async () => removeSocket(place), options)
}

const placeOf = (labels: Readonly<Record<string, string>>) => ({
  project: labels['imm.project'],
  environment: labels['imm.environment'],
})

const take = async (
  leftover: Pick<Leftover, 'kind' | 'name'> & Partial<Leftover>,
  remove: () => Promise<void>,
  {dryRun, onLeftover}: GcOptions,
): Promise<void> => {
  if (!dryRun) await remove()
  onLeftover({project: undefined, environment: undefined, bytes: undefined, ...leftover})
}
