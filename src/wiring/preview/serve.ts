import type {LifecycleEvent} from '../../lifecycle/events.ts'
import type {Emit} from '../../preview/serve/events.ts'
import {serveLoop} from '../../preview/serve/loop.ts'
import {openMemory} from '../../preview/serve/memory.ts'
import type {Repository} from '../../source/repository/ref.ts'
import {statePaths, type StatePaths} from '../../state/paths.ts'
import {listPreviews, type PreviewRecord} from '../../state/previews.ts'
import type {PreviewActions} from './actions.ts'
import {isOfProject} from './find.ts'
import {watchGit} from './git-watch.ts'
import {openSource} from './open-source.ts'
import {placeIn} from './places.ts'
import {repositorySettings} from './repository-settings.ts'
import {holdRepository} from './serve-lock.ts'
import {servePlace} from './serve-place.ts'
import {keepServeProxy} from './serve-proxy.ts'
import {serveWebhooks, type WebhookSettings} from './webhooks.ts'

export interface ServeOptions {
  /** a directory, or the address of a remote */
  repository: string
  once: boolean
  /** between two fetches of a remote */
  everyMs: number
  webhooks: WebhookSettings | undefined
  emit: Emit
  listener: (event: LifecycleEvent) => void
  paths?: StatePaths
}

/** Keeps the previews of a repository what git says, until the signal. Throws SERVE_HELD where another process does. */
export const runServe = async (options: ServeOptions, signal: AbortSignal, actions?: PreviewActions): Promise<void> => {
  const {up, down} = actions ?? (await realActions())
  const {emit, listener, once, everyMs, webhooks, paths = statePaths()} = options
  const source = await openSource(options.repository, paths, signal)
  const {repository} = source
  const {worktree, gitDir, subdirectory} = repository
  const served = worktree === undefined ? gitDir : placeIn(worktree, subdirectory)
  const place = servePlace(paths, repository)
  await using stack = new AsyncDisposableStack()
  stack.use(await holdRepository(place.socket, served, signal))
  const memory = await openMemory(place.memory, signal)
  const settings = repositorySettings(repository, place.settings)
  let files: readonly string[] = []
  const git = watchGit(source, {
    everyMs,
    files: () => files,
    warn: (message) => emit({type: 'warning', message}),
  })
  const {origin} = repository
  const server =
    webhooks && (await serveWebhooks(webhooks, {file: place.deliveries, origin, memory, poke: git.poke, emit}, signal))
  if (server) stack.use(server)
  emit({
    type: 'serving',
    repository: served,
    origin,
    webhooks: server && `http://127.0.0.1:${server.port}/`,
  })
  // After `serving`: what is wrong with the proxy is told of a serve that is there.
  if (!actions) stack.use(await keepServeProxy({paths, emit}, signal))
  await serveLoop(
    {
      memory,
      refs: async (stop) => git.refs(stop),
      async settings(stop) {
        const read = await settings(stop)
        ;({files} = read)
        return read
      },
      previews: async () => previewsOf(paths, repository),
      up: async (ref, read, stop) => up({repository, ref, settings: read, paths, listener}, stop),
      down: async (record, stop) => down(record, {paths, listener}, stop),
      wait: async (ms, stop) => git.wait(ms, stop),
      now: Date.now,
      emit,
    },
    {once},
    signal,
  )
}

const realActions = async (): Promise<PreviewActions> => {
  const [{upPreview: up}, {downPreview: down}] = await Promise.all([import('./up.ts'), import('./down.ts')])
  return {up, down}
}

export const previewsOf = async ({home}: StatePaths, repository: Repository): Promise<PreviewRecord[]> =>
  (await listPreviews(home)).filter((record) => isOfProject(record, repository))
