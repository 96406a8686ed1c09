import type {PreviewSettings} from '../../config/previews.ts'
import {ImmError} from '../../errors.ts'
import type {LifecycleEvent} from '../../lifecycle/events.ts'
import type {Engine} from '../../lifecycle/ports.ts'
import type {EnvironmentId} from '../../release/identity.ts'
import {holdPreview} from '../../session/preview-hold.ts'
import {checkOut} from '../../source/repository/check-out.ts'
import type {Ref, Repository} from '../../source/repository/ref.ts'
import type {StatePaths} from '../../state/paths.ts'
import {claimEnvironment, readPreview, savePreview, type PreviewRecord} from '../../state/previews.ts'
import {openEngine} from '../engine.ts'
import {keepMemorySmall} from '../memory.ts'
import {tellHook} from './hook.ts'
import {checkoutPlace} from './places.ts'
import {projectOfRepository} from './project.ts'
import {wakePreview} from './rest.ts'
import {tryCommit, type Tried} from './try-commit.ts'

export interface UpRequest {
  repository: Repository
  ref: Ref
  settings: PreviewSettings
  paths: StatePaths
  listener: (event: LifecycleEvent) => void
  /** undefined: as it was */
  pinned?: boolean | undefined
}

export interface UpResult extends Omit<Tried, 'apps'> {
  record: PreviewRecord
}

/**
 * Brings the preview of a ref to its commit and leaves it running: what was live before serves until then, and goes on serving where the
 * commit is rejected. The same commit again changes nothing.
 */
export const upPreview = async (request: UpRequest, signal: AbortSignal): Promise<UpResult> => {
  const {repository, ref, settings, paths, listener} = request
  keepMemorySmall()
  const opened = await openEngine(paths, signal)
  const project = await projectOfRepository(repository, paths, opened.isTaken, signal)
  const isTaken = async (environment: string) => isOfNoPreview({project, environment}, opened.engine, signal)
  const environment = await claimEnvironment(paths.home, project, ref, isTaken)
  const id = {project, environment}
  await using held = await holdPreview(paths.runtime, id, signal)
  if (!held) throw heldError(id)
  const directory = checkoutPlace(paths.home, id)
  const before = await readPreview(paths.home, id)
  const begun = begin(before, request, id, directory)
  // What is there is found again however this ends.
  await savePreview(paths.home, begun)
  const warn = (message: string) =>
    listener({...id, app: 'checkout', time: new Date().toISOString(), type: 'warning', message})
  // What is brought up beside it must find it awake.
  if (before && before.resting !== 'awake') await wakePreview(id, paths, signal)
  const {warnings} = await checkOut(repository, ref.commit, directory, signal)
  warnings.forEach(warn)
  let hook: 'created' | 'updated' = 'created'
  const heard = (event: LifecycleEvent) => {
    if (event.type === 'live' && event.previous !== undefined) hook = 'updated'
    listener(event)
  }
  const tried = await tryCommit(
    {...opened, id, ref, checkout: directory, subdirectory: repository.subdirectory, settings, paths, listener: heard},
    signal,
  )
  const {outcome, apps, error} = tried
  const record: PreviewRecord = {
    ...begun,
    apps: apps.length > 0 ? apps : begun.apps,
    updatedMs: Date.now(),
    tried:
      outcome === 'rejected'
        ? {commit: ref.commit, outcome, ...(error ? {code: error.code, message: error.message} : {})}
        : {commit: ref.commit, outcome: 'live'},
    resting: 'awake',
    usedMs: Date.now(),
  }
  await savePreview(paths.home, record)
  if (outcome === 'live') await tellHook(hook, record, tried.url, {paths, listener}, signal)
  return {...tried, record}
}

const begin = (
  before: PreviewRecord | undefined,
  {repository, ref, settings, pinned}: UpRequest,
  {project, environment}: EnvironmentId,
  directory: string,
): PreviewRecord => ({
  project,
  environment,
  ref: ref.ref,
  name: ref.name,
  kind: ref.kind,
  commit: ref.commit,
  author: ref.author,
  subject: ref.subject,
  committedMs: ref.committedMs,
  repository: repository.gitDir,
  ...(repository.origin === undefined ? {} : {origin: repository.origin}),
  ...(repository.subdirectory === undefined ? {} : {subdirectory: repository.subdirectory}),
  directory,
  createdMs: before?.createdMs ?? Date.now(),
  updatedMs: Date.now(),
  pinned: pinned ?? before?.pinned ?? false,
  apps: before?.apps ?? [],
  ...(before?.tried ? {tried: before.tried} : {}),
  rest: restOf(settings),
  resting: before?.resting ?? 'awake',
  usedMs: Date.now(),
  hooks: hooksOf(settings),
  access: settings.access,
})

const restOf = ({pauseMs, idleMs, ttlMs, max}: PreviewSettings): PreviewRecord['rest'] => ({
  pauseMs,
  idleMs,
  ttlMs,
  running: max.running,
  memoryBytes: max.memoryBytes,
})

const hooksOf = ({hooks}: PreviewSettings): PreviewRecord['hooks'] =>
  Object.fromEntries(Object.entries(hooks).map(([name, words]) => [name, words && [...words]]))

/** `imm dev --environment` has it, say. */
const isOfNoPreview = async (
  {project, environment}: EnvironmentId,
  engine: Engine,
  signal: AbortSignal,
): Promise<boolean> => {
  const found = await engine.instances({'imm.project': project, 'imm.environment': environment}, signal)
  return found.some(({labels}) => labels['imm.role'] === 'app' && labels['imm.ref'] === undefined)
}

const heldError = ({project, environment}: EnvironmentId): ImmError =>
  new ImmError(
    'ENVIRONMENT_HELD',
    `preview ${environment} of ${project} is being brought up, or taken down, by another imm`,
    {
      next: 'Wait until that has ended, then run it again.',
    },
  )
