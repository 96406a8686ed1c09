/**
 * What the lifecycle needs from the world, in imm's own words. This page is the architecture: adapters under engine/, source/ and proxy/
 * implement it, tests implement it in memory, and nothing of dockerode, chokidar or node:http is seen on this side.
 *
 * Every method rejects with an ImmError for what a user can solve, and with `signal.reason` once its signal is aborted.
 */
import type {Readable} from 'node:stream'

import type {AppId, ReleaseName} from '../release/identity.ts'

// Source ---------------------------------------------------------------------------------------------------------------------------

/** Files that changed together: one settled batch. */
export interface Change {
  /** relative to the project, with `/`; the first 20 */
  files: readonly string[]
  count: number
  /** epoch ms of the batch's first file event: where `timings.total` begins */
  firstEventMs: number
  /** a file of the configuration (imm.yaml, envFile) is among them, so settings must be read again */
  settings: boolean
}

/** The source frozen and digested: what would enter the image. */
export interface Snapshot {
  /** `sha256:<hex>` over every path, mode, content and link target; the order of files and their times don't count */
  digest: string
  files: number
  bytes: number
  /** things the user should know before the build: a very large file, a skipped socket */
  warnings: readonly string[]
}

export interface Source {
  /** Settled changes until the signal aborts (then it ends without an error). Never yields twice for one save. */
  changes(signal: AbortSignal): AsyncIterable<Change>
  /** Reads what would enter the image now. */
  snapshot(signal: AbortSignal): Promise<Snapshot>
  /**
   * The snapshot as a tar stream, for a build. Fails with SNAPSHOT_MOVED where a file is no longer what was digested:
   * an image must never hold other content than its label says.
   */
  pack(snapshot: Snapshot, signal: AbortSignal): Readable
}

// Engine ---------------------------------------------------------------------------------------------------------------------------

export interface EngineFacts {
  /** `Docker Engine`, `Podman Engine`, `memory` */
  name: string
  version: string
  apiVersion: string
  /** socket or URL it was reached by, for people */
  endpoint: string
  builder: 'buildkit' | 'classic'
  /** `address`: containers are reached by their own address; `published`: by a loopback port of the host (Docker Desktop, remote, rootless) */
  reach: 'address' | 'published'
  /** where the engine keeps its data, when it is on this machine */
  dataRoot: string | undefined
}

export interface BuildRequest {
  /** tar of the context; the engine owns the stream from here on and destroys it when it fails */
  context: () => Readable
  /** relative to the context */
  dockerfile: string
  target: string | undefined
  args: Readonly<Record<string, string>>
  labels: Readonly<Record<string, string>>
  /** full reference, `imm/shop/web:main-r12-3fa9c1e` */
  reference: string
  /** true: nothing from the build cache */
  fresh?: boolean
  onStep(step: BuildStep): void
}

/** One instruction of a build as it goes. Sent when it starts, when it has output, and when it ends. */
export interface BuildStep {
  /** `[2/5] RUN npm ci` as the builder calls it */
  name: string
  status: 'started' | 'output' | 'done' | 'cached' | 'failed'
  /** new lines of output */
  output: readonly string[]
}

export interface Image {
  /** `sha256:<hex>` */
  id: string
  /** all names it has */
  references: readonly string[]
  labels: Readonly<Record<string, string>>
  /** TCP ports, ascending */
  exposedPorts: readonly number[]
  hasHealthcheck: boolean
  createdMs: number
  /** bytes on disk, layers shared with others included */
  sizeBytes: number
}

export interface InstanceSpec {
  name: string
  /** reference or id */
  image: string
  labels: Readonly<Record<string, string>>
  env: Readonly<Record<string, string>>
  command: readonly string[] | undefined
  user: string | undefined
  /** TCP port to reach it by */
  port: number
  volumes: readonly {name: string; path: string; readOnly: boolean; labels: Readonly<Record<string, string>>}[]
  tmpfs: readonly string[]
  memoryBytes: number | undefined
  cpus: number | undefined
}

/** A container, as the engine has it at one moment. */
export interface Instance {
  id: string
  name: string
  /** id of its image */
  image: string
  labels: Readonly<Record<string, string>>
  state: 'created' | 'running' | 'paused' | 'exited' | 'dead'
  /** where its port is reached from this host; undefined while it has none (created, exited) */
  address: Address | undefined
  exitCode: number | undefined
  outOfMemory: boolean
  /** of the image's HEALTHCHECK */
  health: 'none' | 'starting' | 'healthy' | 'unhealthy'
  startedMs: number | undefined
}

export interface Address {
  host: string
  port: number
}

export interface LogLine {
  stream: 'stdout' | 'stderr'
  /** without the line break */
  text: string
  /** epoch ms, by the engine's clock */
  timeMs: number
}

export interface EngineEvent {
  kind: 'exited' | 'health'
  id: string
  labels: Readonly<Record<string, string>>
}

export interface LogOptions {
  /** go on until the container has ended */
  follow: boolean
  /** only the last so many lines */
  tail?: number
  /** only lines after this time, epoch ms */
  sinceMs?: number
}

export interface Engine {
  readonly facts: EngineFacts
  /** Builds and names an image. BUILD_FAILED carries the failing instruction, its Dockerfile line and its last 20 lines of output. */
  build(request: BuildRequest, signal: AbortSignal): Promise<Image>
  /** Images that carry all the labels, newest first. An empty record means: all that carry imm.project. */
  images(labels: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Image[]>
  image(reference: string, signal: AbortSignal): Promise<Image | undefined>
  tag(image: string, reference: string, signal: AbortSignal): Promise<void>
  /** Takes one name away; the image goes with its last name. Gone already is fine; in use is left alone. */
  untag(reference: string, signal: AbortSignal): Promise<void>
  /** Creates and starts a container and resolves when it runs (it may have ended again already). Nothing stays behind when it rejects. */
  start(spec: InstanceSpec, signal: AbortSignal): Promise<Instance>
  instance(id: string, signal: AbortSignal): Promise<Instance | undefined>
  /** Containers that carry all the labels, running or not. An empty record means: all that carry imm.project. */
  instances(labels: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Instance[]>
  pause(id: string, signal: AbortSignal): Promise<void>
  unpause(id: string, signal: AbortSignal): Promise<void>
  /** Stops (SIGTERM or the image's STOPSIGNAL, then SIGKILL after `graceMs`; 0: at once) and removes. Paused and gone are fine. */
  remove(id: string, graceMs: number, signal: AbortSignal): Promise<void>
  logs(id: string, options: LogOptions, signal: AbortSignal): AsyncIterable<LogLine>
  /** Containers of imm that end or change health, from now on. Rejects with ENGINE_LOST when the engine goes away. */
  events(labels: Readonly<Record<string, string>>, signal: AbortSignal): AsyncIterable<EngineEvent>
  /** TCP ports that something listens on inside; `loopback` true where only 127.0.0.1 or ::1 is bound. Empty where it can't be seen. */
  listening(id: string, signal: AbortSignal): Promise<{port: number; loopback: boolean}[]>
  /** Runs the image's HEALTHCHECK once, now, whatever its interval; healthy where it has none. */
  healthcheck(id: string, signal: AbortSignal): Promise<{healthy: boolean; output: string}>
  volumes(
    labels: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<{name: string; labels: Readonly<Record<string, string>>}[]>
  removeVolume(name: string, signal: AbortSignal): Promise<void>
}

// Traffic --------------------------------------------------------------------------------------------------------------------------

/** How one app is addressed. */
export interface RouteRequest extends AppId {
  /** host names without port, lower case */
  hosts: readonly string[]
  /** a port of its own on loopback */
  port: number | undefined
}

export interface Target {
  release: ReleaseName
  generation: number
  address: Address
  /** id of the container, so that a later imm finds what is live */
  instance: string
}

export interface RouteState extends RouteRequest {
  /** `http://shop.localhost:7070` */
  url: string
  generation: number
  live: Target | undefined
  /** targets that took traffic before and still drain or are kept warm, newest first */
  previous: readonly Target[]
}

/** What the waiting page shows while nothing is live. */
export interface Announcement {
  stage: string
  release: ReleaseName | undefined
  message: string
  output: readonly string[]
}

/** Traffic of one app: the proxy's side of the lifecycle. */
export interface Traffic {
  /** Makes the route known (idempotent); requests are held while nothing is live. PORT_IN_USE for a taken port. */
  open(signal: AbortSignal): Promise<RouteState>
  state(signal: AbortSignal): Promise<RouteState | undefined>
  /**
   * Gives all new requests to the target in one step. GENERATION_STALE for a generation not above the route's; a suspended
   * release's own generation is welcome too, as its replacement's.
   */
  flip(target: Verified<Target>, signal: AbortSignal): Promise<{previous: Target | undefined; flipMs: number}>
  /** Resolves when no request of the release is under way, at the latest after `drainMs`: `cut` counts connections closed at the deadline. */
  drain(release: Target, drainMs: number, signal: AbortSignal): Promise<{drainMs: number; cut: number}>
  /** The live target died: hold requests until the next flip. A generation that is no longer live changes nothing. */
  suspend(generation: number, signal: AbortSignal): Promise<void>
  announce(announcement: Announcement, signal: AbortSignal): Promise<void>
  /** Forgets a previous target that is being removed. */
  forget(target: Target, signal: AbortSignal): Promise<void>
  /** Takes the route away. */
  close(signal: AbortSignal): Promise<void>
}

declare const verified: unique symbol

/** A thing that passed its probe. Only lifecycle/verify.ts makes one: the type keeps the unproved from the traffic. */
export type Verified<T> = T & {readonly [verified]: true}

// Probe ----------------------------------------------------------------------------------------------------------------------------

/** What one probe saw. */
export type Observation =
  | {outcome: 'http'; status: number}
  | {outcome: 'connected'}
  /** `connected`: the connection was accepted, and then no answer came */
  | {outcome: 'timeout'; connected: boolean}
  /** `reset`: closed before an answer; `garbage`: it answered something that is not HTTP; `unhealthy`: the image's HEALTHCHECK failed */
  | {outcome: 'refused' | 'reset' | 'unreachable' | 'garbage' | 'unhealthy'; detail: string}

/** One attempt on an address; never rejects but for its signal. `path` undefined: only connect. */
export type Probe = (
  address: Address,
  path: string | undefined,
  timeoutMs: number,
  signal: AbortSignal,
) => Promise<Observation>

/** Time, so that tests need not wait. Both in ms; `sleep` rejects with the signal's reason. */
export interface Clock {
  now: () => number
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/** Rising numbers of an environment, never given twice, also across processes. */
export interface Numbers {
  /** for a new release: both rise */
  release(signal: AbortSignal): Promise<{release: number; generation: number}>
  /** for an attempt with a release that exists: only the generation rises */
  generation(signal: AbortSignal): Promise<number>
}
