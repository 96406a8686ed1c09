import type {Settings} from '../config/settings.ts'
import type {Attachment} from '../release/container.ts'
import type {AppId} from '../release/identity.ts'
import type {Emit} from './events.ts'
import type {Full, Layout} from './layout.ts'
import type {Clock, Engine, Files, Gates, Image, Numbers, Probe, Records, Source, Traffic} from './ports.ts'
import type {Together} from './together.ts'

/** Everything around one app in one environment: what the stages are given. */
export interface World {
  readonly id: AppId
  readonly engine: Engine
  readonly traffic: Traffic
  readonly probe: Probe
  readonly gates: Gates
  readonly clock: Clock
  readonly numbers: Numbers
  readonly records: Records
  readonly files: Files
  readonly emit: Emit
  /** undefined: it is alone */
  readonly surroundings?: Surroundings | undefined
  /** undefined: each of its releases flips by itself */
  readonly together?: Together | undefined
  /** what of git a preview is of; undefined where it is none */
  readonly ref?: string | undefined
  /** Work that may end later than the change that began it: drains, removals. Awaited before imm ends. */
  readonly background: Background
}

/** What an environment of several gives one of its apps. */
export interface Surroundings {
  /** With the names that its containers find the environment's other apps by. */
  attach(attachment: Attachment): Attachment
  /** Resolves once what it depends on is there; asked before each release starts. */
  ready(signal: AbortSignal): Promise<void>
}

/** The project as it is on disk: read again when its settings change. */
export interface Project {
  readonly settings: Settings
  /** disposed with the project, or when new settings bring another */
  readonly source: Source & AsyncDisposable
  /** commit that is checked out; undefined outside of git */
  revision(signal: AbortSignal): Promise<string | undefined>
  /** the same with its branch, and whether the source has anything else than the commit: slower, for afterwards */
  checkout(signal: AbortSignal): Promise<Checkout | undefined>
  /** the Dockerfile as it is now */
  dockerfile(signal: AbortSignal): Promise<Dockerfile>
}

export interface Checkout {
  commit: string
  /** undefined where no branch is checked out */
  branch: string | undefined
  /** untracked files included */
  dirty: boolean
}

export interface Dockerfile {
  /** sha256 of its file, hex; undefined where it has none */
  readonly hash: string | undefined
  /** where it is another than the file's: no file, or with instructions at its end */
  readonly text: string | undefined
  /** a RUN asks for secrets of the build */
  readonly wantsSecrets: boolean
  /** TCP ports that the final stage itself exposes */
  readonly exposedPorts: readonly number[]
  /** 1-based line of an instruction as the builder names it; undefined where that isn't certain */
  locate(step: string): number | undefined
  /** what it makes of the source on an anchor; Full where that isn't certain */
  layout(anchor: Pick<Image, 'workingDir' | 'env'>): Layout | Full
}

/** Reads the project; what is watched already goes on being watched where its settings allow. */
export type ReadProject = (before: Project | undefined, signal: AbortSignal) => Promise<Project>

export interface Background {
  /** Failures are reported as warnings: they never replace the cause of anything. */
  add(work: Promise<unknown>): void
  /** Resolves once nothing is under way. */
  idle(): Promise<void>
}
