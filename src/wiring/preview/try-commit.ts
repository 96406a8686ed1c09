import type {PreviewSettings} from '../../config/previews.ts'
import {isImmError, type ErrorCode, type ImmError} from '../../errors.ts'
import type {LifecycleEvent, Timings} from '../../lifecycle/events.ts'
import type {Ended} from '../../lifecycle/once.ts'
import type {VolumeHappening} from '../../lifecycle/volumes/at.ts'
import type {EnvironmentId} from '../../release/identity.ts'
import type {Ref} from '../../source/repository/ref.ts'
import type {StatePaths} from '../../state/paths.ts'
import {failureOf} from '../attempt.ts'
import {devEither} from '../dev.ts'
import type {OpenEngine} from '../engine.ts'
import {seedVolumes} from './seed.ts'
import {placeInCheckout} from './subdirectory.ts'

export interface Try extends OpenEngine {
  id: EnvironmentId
  ref: Ref
  /** where its commit is */
  checkout: string
  /** of the project in it; undefined: all of it */
  subdirectory: string | undefined
  settings: Pick<PreviewSettings, 'env' | 'seed' | 'access'>
  paths: StatePaths
  listener: (event: LifecycleEvent) => void
}

export interface Tried {
  outcome: 'live' | 'unchanged' | 'rejected'
  /** slugs of what is built */
  apps: string[]
  /** of the app in front; undefined: nothing of it is reached */
  url: string | undefined
  /** of the app that took longest */
  timings: Timings | undefined
  /** of what was rejected first */
  error: ImmError | undefined
}

/** Faults of the commit, or of what the settings say of it: the same again would end the same. */
const ofCommit = new Set<ErrorCode>([
  'CONFIG_INVALID',
  'COMPOSE_INVALID',
  'COMPOSE_UNSUPPORTED',
  'PROJECT_NOT_FOUND',
  'DOCKERFILE_INVALID',
  'CONTEXT_UNREADABLE',
  'PORT_UNKNOWN',
  'ROUTE_TAKEN',
  'EXTERNAL_MISSING',
  'IMAGE_UNAVAILABLE',
  'SERVICE_FAILED',
  'SECRET_UNAVAILABLE',
  'SEED_FAILED',
  'VOLUME_NOT_FOUND',
])

/** Brings an environment to a commit, by the lifecycle of `imm dev`, and leaves what is live to run. */
export const tryCommit = async (request: Try, signal: AbortSignal): Promise<Tried> => {
  const {id, ref, checkout, subdirectory, settings, paths, listener, engine, ungated, isTaken} = request
  const ends = new Map<string, Ended>()
  const urls = new Map<string, string>()
  let front: string | undefined
  const over = new AbortController()
  const inner = AbortSignal.any([signal, over.signal])
  const sum = (error?: ImmError): Tried => {
    const all = [...ends.values()]
    const failure = error ?? all.map(failureOf).find((one) => one !== undefined)
    const lives = all.filter((how) => how.type === 'live')
    const apps = [...ends.keys()].toSorted()
    return {
      outcome: failure ? 'rejected' : lives.length > 0 || all.length === 0 ? 'live' : 'unchanged',
      apps,
      url: front !== undefined && urls.has(front) ? urls.get(front) : [...urls.values()][0],
      timings: lives.map(({timings}) => timings).toSorted((a, b) => b.total - a.total)[0],
      error: failure,
    }
  }
  try {
    const directory = await placeInCheckout(checkout, subdirectory)
    await devEither(
      {
        engine,
        ungated,
        isTaken,
        paths,
        hurry: signal,
        quit: () => over.abort(),
        options: {
          directory,
          environment: id.environment,
          flags: {project: id.project},
          ownPort: undefined,
          files: [],
          profiles: [],
          listener(event) {
            // A route without a live release is closed again.
            if (event.type === 'live' && event.url !== '') urls.set(event.app, event.url)
            listener(event)
          },
          onReady: ({apps}) => void (front = apps[0]?.id.app),
        },
        attempt: {
          project: id.project,
          ref: ref.ref,
          commit: ref.commit,
          branch: ref.kind === 'branch' || ref.kind === 'worktree' ? ref.name : undefined,
          variables: settings.env,
          login: settings.access === 'login',
          async prepare(of, application, within) {
            await seedVolumes({id: of, application, seed: settings.seed, ungated, paths, tell: teller(request)}, within)
          },
          onOver: ({app}, how) => void ends.set(app, how),
        },
      },
      inner,
    )
  } catch (error) {
    signal.throwIfAborted()
    if (!isImmError(error) || !ofCommit.has(error.code)) throw error
    return sum(error)
  }
  inner.throwIfAborted()
  return sum()
}

const teller =
  ({id, listener}: Try) =>
  (happening: VolumeHappening): void => {
    if (happening.type === 'warning')
      listener({...id, app: 'volumes', time: new Date().toISOString(), type: 'warning', message: happening.message})
  }
