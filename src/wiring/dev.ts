import type {LifecycleEvent} from '../lifecycle/events.ts'
import type {EngineFacts} from '../lifecycle/ports.ts'
import {Stopped} from '../lifecycle/stopped.ts'
import type {ReleaseName} from '../release/identity.ts'
import {statePaths, type StatePaths} from '../state/paths.ts'
import type {Attempt} from './attempt.ts'
import type {RunningApp} from './dev-app.ts'
import {openEngine, type OpenEngine} from './engine.ts'
import type {Where} from './identify.ts'
import {keepMemorySmall} from './memory.ts'

export interface DevOptions extends Where {
  /** a port of its own on loopback, beside the shared one: of the app in front */
  ownPort: number | undefined
  /** Compose files as `-f` names them; none: those that the project has */
  files: readonly string[]
  profiles: readonly string[]
  listener: (event: LifecycleEvent) => void
  onReady: (running: RunningDev) => void
}

/** What the keys of `imm dev` can do. */
export interface RunningDev {
  project: string
  /** of the app in front; undefined where nothing is reached */
  url: string | undefined
  /** the one in front first */
  apps: readonly RunningApp[]
  engine: EngineFacts
  directory: string
  /** where another project has the name */
  renamedFrom: string | undefined
  /** what imm does otherwise than the Compose file says */
  notes?: readonly string[] | undefined
  release(): void
  /** of the app that a change gave the traffic last */
  rollback(): Promise<ReleaseName>
  quit(): void
}

/** What both ways to run begin with. */
export interface DevRun extends OpenEngine {
  options: DevOptions
  paths: StatePaths
  quit: () => void
  hurry: AbortSignal
  /** undefined: every change is released, until it is told to end */
  attempt?: Attempt | undefined
}

/** Runs `imm dev` until the signal aborts, or `quit` is asked for. */
export const runDev = async (options: DevOptions, signal: AbortSignal, hurry: AbortSignal): Promise<void> => {
  keepMemorySmall()
  const paths = statePaths()
  const over = new AbortController()
  const inner = AbortSignal.any([signal, over.signal])
  const run: DevRun = {
    ...(await openEngine(paths, inner)),
    options,
    paths,
    quit: () => over.abort(new Stopped({kind: 'quit'})),
    hurry,
  }
  return devEither(run, inner)
}

/** The application of a Compose file, or the app of a Dockerfile. */
export const devEither = async (run: DevRun, signal: AbortSignal): Promise<void> => {
  const {claimApplication, devApplication} = await import('./dev-application.ts')
  const application = await claimApplication(run, signal)
  if (application) return devApplication(run, application, signal)
  return (await import('./dev-project.ts')).devProject(run, signal)
}
