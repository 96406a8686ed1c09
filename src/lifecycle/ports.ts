/**
 * What the lifecycle needs from the world, in imm's own words. This page is the architecture: adapters under engine/, source/ and proxy/
 * implement it, tests implement it in memory, and nothing of dockerode, chokidar or node:http is seen on this side.
 *
 * Every method rejects with an ImmError for what a user can solve, and with `signal.reason` once its signal is aborted.
 */
import type {Readable} from 'node:stream'

import type {MountedFile, Settings} from '../config/settings.ts'
import type {
  Attachment,
  BindMount,
  ContainerOptions,
  Healthcheck,
  NetworkSpec,
  PublishedPort,
  VolumeSpec,
} from '../release/container.ts'
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
  /** what would enter the image, from the root of the context; its own mode says nothing */
  tree: SourceDirectory
}

/** One path of a snapshot. Never changed once made: two snapshots share what is the same in both. */
export type SourceNode = SourceFile | SourceDirectory | SourceLink

export interface SourceFile {
  readonly kind: 'file'
  /** permission bits as they enter the image */
  readonly mode: number
  readonly size: number
  /** sha256 of the content, hex */
  readonly hash: string
  readonly mtimeMs: number
}

export interface SourceDirectory {
  readonly kind: 'directory'
  readonly mode: number
  readonly mtimeMs: number
  /** over names, modes, contents and link targets of everything inside; times don't count */
  readonly digest: string
  readonly children: ReadonlyMap<string, SourceNode>
}

export interface SourceLink {
  readonly kind: 'link'
  readonly target: string
  readonly mtimeMs: number
}

/** What a layer does at one path of the image: absolute, `/`, without a slash at its end. */
export type LayerItem =
  | (Owned & {kind: 'file'; path: string; mode: number; /** path in the snapshot */ source: string})
  | (Owned & {kind: 'directory'; path: string; mode: number; mtimeMs: number})
  | (Owned & {kind: 'link'; path: string; target: string; mtimeMs: number})
  /** takes away what is below at the path */
  | {kind: 'whiteout'; path: string}
  /** a directory that hides all that is below it; its own `directory` item comes before */
  | {kind: 'opaque'; path: string}

export interface Owned {
  uid: number
  gid: number
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
  /** The snapshot for a builder that asks for what it needs. */
  tree?(snapshot: Snapshot): BuildTree
  /**
   * An image layer (OCI image-spec, layer.md: uncompressed tar, whiteouts as `.wh.` files) of a few files of the snapshot, in the order
   * given. SNAPSHOT_MOVED as for `pack`. In memory as a whole: meant for what was edited, not for projects.
   */
  layer(snapshot: Snapshot, items: readonly LayerItem[], signal: AbortSignal): Promise<Buffer>
  /**
   * Looks at all files by stat for what no event told, and resolves with how many paths differ; the next snapshot has them, and a warning.
   * Not needed before a first snapshot.
   */
  rescan?(signal: AbortSignal): Promise<number>
  /** Whether files change at this moment, which no change tells of yet. */
  settling?(): boolean
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

/** A context that a builder can ask for file by file. */
export interface BuildTree {
  root: SourceDirectory
  /** Pieces of a file's content. SNAPSHOT_MOVED where it is no longer what was digested. */
  read(path: string, signal: AbortSignal): AsyncIterable<Buffer>
  /** paths that the builder itself needs and no instruction may see: a Dockerfile that is ignored */
  hidden: readonly string[]
  /** the same for every build of one context: a builder asks only for what it has not kept from the last */
  key: string
}

export interface BuildRequest {
  /** tar of the context; the engine owns the stream from here on and destroys it when it fails */
  context: () => Readable
  /** the same for builders that ask for what they need */
  tree?: BuildTree
  /** relative to the context */
  dockerfile: string
  /** what is built in place of that file, which need not be there */
  dockerfileText?: string | undefined
  target: string | undefined
  args: Readonly<Record<string, string>>
  labels: Readonly<Record<string, string>>
  /** full reference, `imm/shop/web:main-r12-3fa9c1e` */
  reference: string
  /** true: nothing from the build cache */
  fresh?: boolean
  /** for `RUN --mount=type=secret`. BUILD_SECRETS_REFUSED where the builder has no way to get them that leaves no trace */
  secrets?: readonly BuildSecret[] | undefined
  onStep(step: BuildStep): void
}

export interface BuildSecret {
  id: string
  /** Read when a RUN asks for it. */
  content: () => Promise<Buffer>
}

/** A build whose result is the same wherever and whenever the same source is built. */
export interface CanonicalRequest extends BuildRequest {
  /** seconds since 1970: no time in the image's own layers and in its config is later */
  epochS: number
  /** image that the built stage stands on, or `scratch`; undefined: not known */
  base: string | undefined
  /** instructions of the Dockerfile that make the built stage, without FROM: where the engine does not have `base`, they tell whose layers are whose */
  steps: number
}

export interface CanonicalImage {
  image: Image
  /** layers that the Dockerfile made, bottom first; `bytes` of the uncompressed tar */
  own: readonly {digest: string; bytes: number; instruction: string}[]
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
  /** `linux/arm64`, without a variant; undefined where the engine doesn't tell */
  platform?: string | undefined
  /** digest of the manifest that its registry has; undefined where it has none, or the engine doesn't tell */
  manifest?: string | undefined
  labels: Readonly<Record<string, string>>
  /** TCP ports, ascending */
  exposedPorts: readonly number[]
  hasHealthcheck: boolean
  createdMs: number
  /** bytes on disk, layers shared with others included */
  sizeBytes: number
  /** digests of the layers' uncompressed tars, bottom first */
  layers: readonly string[]
  workingDir: string
  env: Readonly<Record<string, string>>
  /** instructions that a build on this image begins with */
  onBuild: readonly string[]
}

/** How an engine puts one layer on an image. */
export interface Layering {
  /** `load`: an archive with nothing but the layer; `oci`: the same as an OCI archive, for Podman and the containerd image store; `build`: a build of one step */
  way: 'load' | 'oci' | 'build'
  /** the layer may take things away */
  whiteouts: boolean
}

export interface LayerRequest {
  anchor: Image
  /** uncompressed tar, as `Source.layer` makes it */
  layer: Buffer
  /** in place of the anchor's labels of the same names */
  labels: Readonly<Record<string, string>>
  /** full reference */
  reference: string
}

/** What an image has at one path. */
export interface ImageEntry extends Owned {
  kind: 'file' | 'directory' | 'link' | 'other'
  mode: number
  mtimeMs: number
}

/** One path of an image or a container with its content, to compare. */
export interface ImageFile extends ImageEntry {
  /** absolute */
  path: string
  size: number
  /** sha256 of the content, hex; target of a link, also of a hard one; empty for what has none */
  content: string
  xattrs: Readonly<Record<string, string>>
}

/** A container that only holds a network, for a candidate to join. */
export interface SandboxSpec {
  name: string
  labels: Readonly<Record<string, string>>
  /** TCP port that the candidate will be reached by; 0: none */
  port: number
  /** undefined: the engine's own network */
  attachment?: Attachment | undefined
}

export interface InstanceSpec {
  name: string
  /** reference or id */
  image: string
  labels: Readonly<Record<string, string>>
  env: Readonly<Record<string, string>>
  command: readonly string[] | undefined
  user: string | undefined
  /** TCP port to reach it by; 0: none, as a worker that listens on nothing: its address has port 0 then */
  port: number
  volumes: readonly VolumeMount[]
  tmpfs: readonly string[]
  binds?: readonly BindMount[] | undefined
  /** undefined: the engine's own network; not for one that joins a sandbox, which has its own */
  attachment?: Attachment | undefined
  /** beside the port that it is reached by */
  published?: readonly PublishedPort[] | undefined
  options?: ContainerOptions | undefined
  /** nothing but volumes and tmpfs can be written */
  readOnly?: boolean | undefined
  memoryBytes: number | undefined
  cpus: number | undefined
  /** id of a waiting sandbox made for the same port: the container joins its network, and takes it along when it is removed */
  sandbox?: string | undefined
}

/** A named volume in a container. */
export interface VolumeMount {
  /** as the engine has it */
  name: string
  path: string
  readOnly: boolean
  /** of the volume, where it has to be made; empty: it is somebody else's, and ENGINE_REFUSED where there is none */
  labels: Readonly<Record<string, string>>
  /** the image's own content at the path isn't copied into an empty volume */
  noCopy?: boolean | undefined
  /** directory of the volume that is mounted */
  subpath?: string | undefined
}

/** A container that runs one command to its end. */
export interface OnceSpec {
  name: string
  /** reference or id */
  image: string
  labels: Readonly<Record<string, string>>
  env: Readonly<Record<string, string>>
  /** in place of the image's ENTRYPOINT and CMD, at least one word, as arguments where `options` has an entrypoint; undefined: what those start */
  command: readonly string[] | undefined
  user: string | undefined
  volumes: InstanceSpec['volumes']
  tmpfs: readonly string[]
  binds?: readonly BindMount[] | undefined
  /** where `network` is undefined: networks of its own */
  attachment?: Attachment | undefined
  options?: ContainerOptions | undefined
  /** with a terminal and input, as `ExecRequest` has them; output comes through it and not as lines */
  interactive?: Interactive | undefined
  memoryBytes: number | undefined
  cpus: number | undefined
  /** whose network it shares: what listens there is on its loopback too; undefined: one of its own */
  network: Instance | undefined
}

export interface Interactive extends Pick<ExecRequest, 'stdin' | 'terminal' | 'onOutput'> {
  /** told once its terminal is there */
  onTerminal?(resize: (size: TerminalSize, signal: AbortSignal) => Promise<void>): void
}

/** How such a container ended. */
export interface OnceResult {
  exitCode: number
  outOfMemory: boolean
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
  /** id of the sandbox whose network it joined */
  sandbox?: string | undefined
}

/** What a container was started with, and a fresh one like it needs. */
export type StartedWith = Pick<
  InstanceSpec,
  | 'env'
  | 'command'
  | 'user'
  | 'port'
  | 'tmpfs'
  | 'memoryBytes'
  | 'cpus'
  | 'readOnly'
  | 'attachment'
  | 'binds'
  | 'published'
  | 'options'
> & {
  volumes: readonly Omit<VolumeMount, 'labels'>[]
}

/** What an image holds on disk. */
export interface ImageUsage {
  sizeBytes: number
  /** of that, in layers that other images have, too; undefined where the engine doesn't tell */
  sharedBytes: number | undefined
}

/** What the builder keeps for later builds: of everybody, because no engine tells whose an entry is. */
export interface BuildCache {
  entries: number
  bytes: number
}

/** Left of looking into images by an imm that was killed. */
export interface LeftTrial {
  kind: 'container' | 'image'
  id: string
}

/** How a container was started, and what it may use now. */
export interface InstanceDetails {
  instance: Instance
  /** all that its processes began with, the image's own included */
  env: Readonly<Record<string, string>>
  /** as arguments of the entrypoint; empty where neither image nor settings have one */
  command: readonly string[]
  entrypoint: readonly string[]
  /** empty: root */
  user: string
  memoryBytes: number | undefined
  cpus: number | undefined
  /** its root file system can't be written */
  readOnly: boolean
  /** the engine starts it again by itself */
  restarts: boolean
  mounts: readonly InstanceMount[]
  /** its ports on this host, beside the one that imm itself may reach it by */
  published: readonly PublishedPort[]
  /** names of the networks that it, or else its sandbox, is attached to; the engine's own is `default` */
  networks: readonly string[]
}

/** What a container was made with, and its details don't tell. Undefined: the engine's default. */
export interface InstanceMaking {
  /** name of its image, as whoever made it gave it */
  imageName: string
  workingDir: string
  stopSignal: string | undefined
  stopGraceMs: number | undefined
  /** the image's own where it was given none */
  healthcheck: Healthcheck | undefined
  capAdd: readonly string[]
  capDrop: readonly string[]
  privileged: boolean
  noNewPrivileges: boolean
  pidsLimit: number | undefined
  /** `on-failure:5` where it ends after some attempts */
  restart: string | undefined
  init: boolean | undefined
  /** in place of networks of its own */
  networkMode: 'none' | 'host' | 'container' | undefined
  /** further options, without what the engine has by itself */
  settings: MadeSettings
}

export type MadeSettings = ContainerOptions & Partial<Omit<Attachment, 'networks' | 'mode'>>

export interface InstanceMount {
  /** `volume` also of those that the image declares and the engine names */
  kind: 'volume' | 'bind' | 'tmpfs' | 'other'
  /** of the volume; directory of the host; empty for what has neither */
  source: string
  path: string
  readOnly: boolean
}

/** One path that a container has otherwise than its image, as the engine reports it: touched may be enough. */
export interface InstanceChange {
  path: string
  kind: 'added' | 'changed' | 'deleted'
}

/** Whose files are meant: a container's as they are now, or an image's. */
export type Holder = {container: string} | {image: Image}

export interface TerminalSize {
  columns: number
  rows: number
}

export interface ExecRequest {
  command: readonly string[]
  /** undefined: its input is empty */
  stdin: Readable | undefined
  /** size of the terminal that it is to have; undefined: none, and stdout and stderr come apart */
  terminal: TerminalSize | undefined
  /** the next comes once this has resolved */
  onOutput(stream: 'stdout' | 'stderr', chunk: Buffer): void | Promise<void>
}

/** A command that runs in a container. */
export interface Execution {
  resize(size: TerminalSize, signal: AbortSignal): Promise<void>
  /** its exit code, once all its output has come */
  readonly ended: Promise<number>
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
  /** of `exited`: what the engine starts again at once has none any more when it is asked */
  exitCode?: number | undefined
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

/** What a container uses at one moment. */
export interface Usage {
  /** as `docker stats` counts: without what the kernel could drop at once */
  memoryBytes: number
  /** CPU time since its start, all cores together */
  cpuMs: number
}

export interface Engine {
  readonly facts: EngineFacts
  /** Builds and names an image. BUILD_FAILED carries the failing instruction, its Dockerfile line and its last 20 lines of output. */
  build(request: BuildRequest, signal: AbortSignal): Promise<Image>
  /** A build with all times set, so that equal sources give equal digests: nothing but the result stays. BUILD_FAILED as for `build`. */
  canonical(request: CanonicalRequest, signal: AbortSignal): Promise<CanonicalImage>
  /** How an image runs: `config` of the OCI image-spec (config.md), with Docker's additions. */
  config(image: Image, signal: AbortSignal): Promise<Readonly<Record<string, unknown>>>
  /** Images that carry all the labels, newest first. An empty record means: all that carry imm.project. */
  images(labels: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Image[]>
  image(reference: string, signal: AbortSignal): Promise<Image | undefined>
  /** All images that have a name, whoever made them. */
  named(signal: AbortSignal): Promise<Image[]>
  /** Whether builds on an image begin with instructions of its own (ONBUILD) that make layers; undefined where that can't be found out. */
  hasTriggers(reference: string, signal: AbortSignal): Promise<boolean | undefined>
  /** How layers are put on images here: tried out once, with an image of a few bytes. Undefined where no way is right. */
  layering(signal: AbortSignal): Promise<Layering | undefined>
  /** The anchor with one layer more, named. The result is inspected: LAYER_REFUSED where it is anything else, and for an engine that will not. */
  addLayer(request: LayerRequest, signal: AbortSignal): Promise<Image>
  /**
   * What an image has at absolute paths (links are not followed), without its topmost `above` layers; a path that it doesn't have is not in
   * the answer. LAYER_REFUSED where that can't be found out.
   */
  look(
    image: Image,
    above: number,
    paths: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, ImageEntry>>
  /** The image as an archive (`docker save`), as it comes: what it is made of, layer by layer. */
  archive(image: Pick<Image, 'id'>, signal: AbortSignal): AsyncIterable<Buffer>
  /** Everything that an image holds. */
  files(image: Image, signal: AbortSignal): AsyncIterable<ImageFile>
  tag(image: string, reference: string, signal: AbortSignal): Promise<void>
  /** Takes one name away; the image goes with its last name. Gone already is fine; in use is left alone. */
  untag(reference: string, signal: AbortSignal): Promise<void>
  /** Creates and starts a container and resolves when it runs (it may have ended again already). Nothing stays behind when it rejects. */
  start(spec: InstanceSpec, signal: AbortSignal): Promise<Instance>
  /**
   * Runs a command in a container of its own, passes on each line that it prints, and resolves when it has ended and its container is gone.
   * CRASHED where it can't be started. When the signal aborts, the container is removed by force, and that is waited for.
   */
  runOnce(spec: OnceSpec, onLine: (line: LogLine) => void, signal: AbortSignal): Promise<OnceResult>
  /** Starts a sandbox (role `sandbox`); undefined where the engine can't have one. */
  sandbox(spec: SandboxSpec, signal: AbortSignal): Promise<Instance | undefined>
  instance(id: string, signal: AbortSignal): Promise<Instance | undefined>
  /** Containers that carry all the labels, running or not. An empty record means: all that carry imm.project. */
  instances(labels: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Instance[]>
  /** Undefined where there is no such container. */
  details(id: string, signal: AbortSignal): Promise<InstanceDetails | undefined>
  /** Undefined where there is no such container. */
  making(id: string, signal: AbortSignal): Promise<InstanceMaking | undefined>
  /** What a container has otherwise than its image, without what is mounted into it; directories come with what is in them. */
  changes(id: string, signal: AbortSignal): Promise<InstanceChange[]>
  /** What a holder has at absolute paths (links are not followed), with its content; a path that it doesn't have is not in the answer. */
  inside(of: Holder, paths: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, ImageFile>>
  /** The content of one file; undefined where there is none. */
  content(of: Holder, path: string, signal: AbortSignal): Promise<Buffer | undefined>
  /**
   * Runs a command in a running container. When the signal aborts, its input and output are closed. ENGINE_REFUSED for one that does not run,
   * COMMAND_NOT_STARTED where the engine is sure that nothing ran.
   */
  exec(id: string, request: ExecRequest, signal: AbortSignal): Promise<Execution>
  pause(id: string, signal: AbortSignal): Promise<void>
  unpause(id: string, signal: AbortSignal): Promise<void>
  /** Stops (SIGTERM or the image's STOPSIGNAL, then SIGKILL after `graceMs`; 0: at once) and removes. Paused and gone are fine. */
  remove(id: string, graceMs: number, signal: AbortSignal): Promise<void>
  /**
   * Stops as `remove` does and keeps the container, with its logs and what it was started with; not to be started again, because the
   * network that it joined is gone. Paused, ended and gone are fine.
   */
  stop(id: string, graceMs: number, signal: AbortSignal): Promise<void>
  /** Stops as `stop` does and keeps the network too, so that `resume` can start it. */
  halt(id: string, graceMs: number, signal: AbortSignal): Promise<void>
  /**
   * Starts a halted container as it was, with what it wrote, and unpauses a paused one; it may have another address. Running is fine. Undefined
   * where there is none; CRASHED where it can't be started any more.
   */
  resume(id: string, signal: AbortSignal): Promise<Instance | undefined>
  /** Undefined where the engine has no such container. What the image or the engine itself adds is not in it. */
  startedWith(id: string, signal: AbortSignal): Promise<StartedWith | undefined>
  /** By id, of all images that carry the labels, and of others. Adding it up may take the engine seconds. */
  imageUsage(labels: Readonly<Record<string, string>>, signal: AbortSignal): Promise<ReadonlyMap<string, ImageUsage>>
  /** Bytes that a container wrote, volumes aside; 0 where it is gone. The engine walks through all its files. */
  written(id: string, signal: AbortSignal): Promise<number>
  /** Undefined where the engine doesn't tell. */
  buildCache(signal: AbortSignal): Promise<BuildCache | undefined>
  /** Nobody's any more, whoever's they were; `remove` and `untag` take them away. */
  leftTrials(signal: AbortSignal): Promise<LeftTrial[]>
  logs(id: string, options: LogOptions, signal: AbortSignal): AsyncIterable<LogLine>
  /** Containers of imm, sandboxes among them, that end or change health, from now on. Rejects with ENGINE_LOST when the engine goes away. */
  events(labels: Readonly<Record<string, string>>, signal: AbortSignal): AsyncIterable<EngineEvent>
  /** TCP ports that something listens on inside; `loopback` true where only 127.0.0.1 or ::1 is bound. Empty where it can't be seen. */
  listening(id: string, signal: AbortSignal): Promise<{port: number; loopback: boolean}[]>
  /** Runs the image's HEALTHCHECK once, now, whatever its interval; healthy where it has none. */
  healthcheck(id: string, signal: AbortSignal): Promise<{healthy: boolean; output: string}>
  /** What a container uses now; undefined where it is gone or does not run. */
  usage(id: string, signal: AbortSignal): Promise<Usage | undefined>
  volumes(labels: Readonly<Record<string, string>>, signal: AbortSignal): Promise<FoundVolume[]>
  /** ENGINE_REFUSED while a container has it, running or not. */
  removeVolume(name: string, signal: AbortSignal): Promise<void>
  /** Makes a volume; one that exists already stays as it is. */
  createVolume(spec: VolumeSpec, signal: AbortSignal): Promise<void>
  /** Makes a network, or finds the one of that name. ENGINE_REFUSED where the engine can't. */
  network(spec: NetworkSpec, signal: AbortSignal): Promise<Network>
  /** Networks that carry all the labels. An empty record means: all that carry imm.project. */
  networks(labels: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Network[]>
  /** Whoever made it; undefined where there is none of the name. */
  networkNamed(name: string, signal: AbortSignal): Promise<Network | undefined>
  /** Whoever made it; undefined where there is none of the name. */
  volumeNamed(name: string, signal: AbortSignal): Promise<FoundVolume | undefined>
  /** Containers that mount a volume, running or not, whoever made them. */
  volumeUsers(name: string, signal: AbortSignal): Promise<Instance[]>
  /** Bytes by name, of everybody's volumes. Adding it up may take the engine seconds. */
  volumeSizes(signal: AbortSignal): Promise<ReadonlyMap<string, number>>
  /** Copies all that a volume holds into another, which must be there and empty. What is half copied stays where it rejects. */
  copyVolume(copy: VolumeCopy, signal: AbortSignal): Promise<CopiedVolume>
  /** Puts files into a volume, which must be there and empty. What is half done stays where it rejects, with what the archive rejects with, too. */
  fillVolume(filling: VolumeFilling, signal: AbortSignal): Promise<CopiedVolume>
  /** Keeps a stream in an empty volume, for `storedInVolume`. Rejects with what the stream rejects with. */
  storeInVolume(stored: StoredContent, signal: AbortSignal): Promise<{bytes: number}>
  /** `labels`: of the containers that it takes, while it takes them */
  storedInVolume(name: string, labels: Readonly<Record<string, string>>, signal: AbortSignal): AsyncIterable<Buffer>
  /** Gone already is fine. ENGINE_REFUSED while a container is attached. */
  removeNetwork(name: string, signal: AbortSignal): Promise<void>
  /**
   * Fetches an image from its registry, with the credentials that the user's Docker configuration has for it. IMAGE_UNAVAILABLE where the
   * registry doesn't have it, asks for credentials, or can't be reached.
   */
  pull(request: PullRequest, signal: AbortSignal): Promise<Image>
}

/** A volume, as the engine has it. */
export interface FoundVolume {
  name: string
  labels: Readonly<Record<string, string>>
  /** kept by the engine itself: what is in it goes with it */
  plain: boolean
}

export interface VolumeCopy {
  from: string
  to: string
  /** of the containers that it takes, while it takes them */
  labels: Readonly<Record<string, string>>
  onProgress: (progress: CopyProgress) => void
}

export interface CopyProgress {
  doneBytes: number
  /** undefined where nobody knows before */
  totalBytes: number | undefined
}

export interface CopiedVolume {
  bytes: number
  /** `direct`: by the file system, with everything that it knows of a file; `streamed`: as the engine's tar */
  way: 'direct' | 'streamed'
}

export interface VolumeFilling extends Omit<VolumeCopy, 'from'> {
  /** a directory of this machine, absolute; or a tar archive, plain or compressed with gzip, bzip2 or xz */
  from: {directory: string} | {archive: AsyncIterable<Buffer>}
}

export interface StoredContent extends Pick<VolumeCopy, 'labels' | 'onProgress'> {
  volume: string
  content: AsyncIterable<Buffer>
}

export interface PullRequest {
  /** `postgres:17`, `registry.example/app@sha256:...` */
  reference: string
  /** `linux/arm64`; undefined: the engine's own */
  platform?: string | undefined
  /** bytes of all layers known so far */
  onProgress(progress: {doneBytes: number; totalBytes: number}): void
}

export interface Network {
  /** as the engine has it */
  name: string
  labels: Readonly<Record<string, string>>
  internal: boolean
  /** CIDR, `172.20.0.0/16`; empty where the engine doesn't tell */
  subnets: readonly string[]
  /** address of this host in the network, where the engine runs on this host and the network has one */
  gateway: string | undefined
}

// Traffic --------------------------------------------------------------------------------------------------------------------------

/** How one app is addressed. */
/** What is closed at once when its release loses the traffic, and does not wait for the drain's deadline. */
export type LongLivedKind = 'websocket' | 'events'

/** How the traffic of an app is treated, whoever gets it. */
export interface RouteManner {
  /** pages are reloaded when another release has the traffic */
  reload?: boolean
  closes?: readonly LongLivedKind[]
  /** routes of one environment with the same name here: what a page asks of any of them comes from the releases that had the traffic with its own */
  together?: string
}

export interface RouteRequest extends AppId, RouteManner {
  /** host names without port, lower case; none: reached by doors alone, or not at all */
  hosts: readonly string[]
  /** beside those: ROUTE_TAKEN where another app has one */
  routes?: readonly HostPath[] | undefined
  /** a port of its own on loopback */
  port: number | undefined
  /** one that can't be opened fails nothing: the route's state says why */
  doors?: readonly Door[] | undefined
  /** only who has a link or a password gets an answer; what comes by doors in networks is let in; undefined: as it was */
  login?: boolean | undefined
}

/** An address of this host that leads to one app alone. */
export interface Door {
  /** loopback, or this host's address in one of the environment's networks */
  host: string
  /** 0: any that is free */
  port: number
  /** port of the container that it leads to */
  to: number
  /** `http`: as requests by the shared port are: held, drained, tried again; `tcp`: bytes as they are, to the release that is live when the connection begins */
  kind: 'http' | 'tcp'
  /** CIDRs of who may connect; empty: this host alone */
  from: readonly string[]
  /** the port that was asked for is taken: any other will do */
  flexible?: boolean
}

/** A door as it is; `port` is the real one, once it was open. */
export interface DoorState extends Door {
  open: boolean
  /** why it is not */
  problem?: string
  /** connections from elsewhere that were closed */
  turnedAway?: number
}

/** What is reached under a host and a path; longer paths win over shorter ones. */
export interface HostPath {
  /** without port, lower case */
  host: string
  /** `/`, or a prefix of whole segments without a slash at its end, as it is written in a URL */
  path: string
  /** the application gets the path without the prefix */
  strip: boolean
}

export interface Target {
  release: ReleaseName
  generation: number
  address: Address
  /** id of the container, so that a later imm finds what is live */
  instance: string
  /** HTTP/2 without TLS; undefined: HTTP/1.1 */
  protocol?: 'h2c' | undefined
  /** the container's own, where the address is a published one: no other port of it can be reached then */
  port?: number | undefined
}

/** A release's part of the traffic: its replicas, and its share of the clients. */
export interface Portion<T extends Target = Target> {
  /** replicas of one release: each request goes to the one with the fewest under way */
  targets: readonly T[]
  /** 0 to 1; the weights of all portions add up to 1. 0: reached by the header `x-imm-release` alone */
  weight: number
}

/** How a route's traffic is shared out: from one step to the next. */
export interface Split<T extends Target = Target> {
  /** the live release first; a second one is a candidate that takes a share */
  portions: readonly [Portion<T>, ...Portion<T>[]]
  /** a verified candidate that gets copies of safe requests (GET, HEAD) to the first portion; its answers are thrown away, but counted and compared */
  mirror?: {targets: readonly T[]; share: number} | undefined
}

/**
 * Counted since the release got its first request here, by this process of the proxy; what drains goes on counting. What is sent twice
 * is counted twice, so that failures are never more than requests.
 */
export interface ReleaseCounts {
  release: ReleaseName
  /** with those that were copied to it */
  requests: number
  /** answers 500 to 599 of the application itself */
  serverErrors: number
  /** connections refused, reset, or no answer */
  failures: number
  inFlight: number
  /** answers by the first digit of their status: `answers[2]` were 200 to 299 */
  answers: readonly number[]
  /** of the requests' bodies that it was sent */
  bytesIn: number
  /** of the answers' bodies that clients got */
  bytesOut: number
  /** requests per bucket of time to the first byte of the answer; upper bounds in ms are `latencyBoundsMs`, the last bucket is what took longer */
  latency: readonly number[]
  /** of all requests in those buckets, ms */
  latencySumMs: number
  /** of a mirror: answers whose status or shape (content type, JSON keys) differed from the live one's, with up to 10 examples */
  mirrored?: MirrorCounts
}

export interface MirrorCounts {
  /** copies that were compared */
  requests: number
  differing: number
  /** `path` without its query; `live` and `candidate` in words: `200 application/json with user.email` */
  examples: readonly {method: string; path: string; live: string; candidate: string}[]
}

export interface RouteState extends RouteRequest {
  doors: readonly DoorState[]
  /** `http://shop.localhost:7070`; empty where there is none */
  url: string
  /** all addresses, that one first */
  urls: readonly string[]
  generation: number
  /** the first target of the first portion */
  live: Target | undefined
  /** the split as it is, the live release first; a portion whose targets all died has none until the next split */
  portions: readonly Portion[]
  mirror?: Split['mirror']
  /** targets that took traffic before and still drain or are kept warm, newest first */
  previous: readonly Target[]
  /** put to rest: what had the traffic is in `previous`, and gets it again with the first request */
  asleep?: boolean
}

/** A target with the traffic closed a new connection without an answer, or takes none: seen by the proxy, on a request. */
export interface Trouble {
  release: ReleaseName
  instance: string
  kind: 'refused' | 'reset'
}

/** What the waiting page shows while nothing is live. */
export interface Announcement {
  stage: string
  release: ReleaseName | undefined
  message: string
  output: readonly string[]
  /** the stage is over, in vain */
  failed?: boolean
}

/** Traffic of one app: the proxy's side of the lifecycle. */
export interface Traffic {
  /** Makes the route known, or its manner (idempotent); requests are held while nothing is live. PORT_IN_USE for a taken port. */
  open(signal: AbortSignal, manner?: RouteManner): Promise<RouteState>
  state(signal: AbortSignal): Promise<RouteState | undefined>
  /**
   * Gives all new requests to the target in one step. GENERATION_STALE for a generation not above the route's; a suspended
   * release's own generation is welcome too, as its replacement's.
   */
  flip(target: Verified<Target>, signal: AbortSignal): Promise<{previous: Target | undefined; flipMs: number}>
  /**
   * Shares the traffic out in one synchronous step; what no longer has a part is `previous`, the live one first, and drains as after a
   * flip. Fenced as `flip`, but the steps of one generation may follow each other: GENERATION_STALE where the highest generation of
   * the portions is below the live one's; what a candidate had may be given back. With more than one portion, clients stay with theirs by the cookie `imm-release`: those of the
   * second portion stay there when its weight rises.
   */
  split(split: Split<Verified<Target>>, signal: AbortSignal): Promise<{previous: readonly Target[]; flipMs: number}>
  /** Of every release that the route knows, newest first. */
  counts(signal: AbortSignal): Promise<readonly ReleaseCounts[]>
  /** Resolves when no request of the release is under way, at the latest after `drainMs`: `cut` counts connections closed at the deadline. */
  drain(release: Target, drainMs: number, signal: AbortSignal): Promise<{drainMs: number; cut: number}>
  /**
   * All targets of the generation died: what would go to their release is held until the next flip or split. Where a replica remains, split
   * without the dead one instead. A generation that has no part any more changes nothing.
   */
  suspend(generation: number, signal: AbortSignal): Promise<void>
  announce(announcement: Announcement, signal: AbortSignal): Promise<void>
  /** What requests meet on what has the traffic, as it happens; until the signal aborts. */
  troubles?(signal: AbortSignal): AsyncIterable<Trouble>
  /** Forgets a previous target that is being removed. */
  forget(target: Target, signal: AbortSignal): Promise<void>
  /** Takes the route away. */
  close(signal: AbortSignal): Promise<void>
}

/** What one app gets of a flip of several. */
export interface TrafficPart<T extends Target = Target> {
  id: AppId
  split: Split<T>
}

/** Traffic of several apps. */
export interface TrafficGroup {
  /**
   * Splits of several routes in one synchronous step: no request sees one without the other. All or none: GENERATION_STALE of one refuses all.
   * `previous` in the order of the parts, each as `Traffic.split` has it.
   */
  split(
    parts: readonly TrafficPart<Verified<Target>>[],
    signal: AbortSignal,
  ): Promise<{previous: readonly (readonly Target[])[]; flipMs: number}>
}

declare const healthy: unique symbol
declare const verified: unique symbol

/** A thing that passed its probe. Only lifecycle/verify.ts makes one. */
export type Healthy<T> = T & {readonly [healthy]: true}

/** A healthy thing whose release passed its gates. Only lifecycle/gates/admit.ts makes one: the type keeps the unproved from the traffic. */
export type Verified<T> = Healthy<T> & {readonly [verified]: true}

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
  protocol?: Settings['protocol'],
) => Promise<Observation>

// Records --------------------------------------------------------------------------------------------------------------------------

/** Settings as far as a release runs with them. */
export type RunSettings = Omit<
  Settings,
  | 'watch'
  | 'keep'
  | 'drainMs'
  | 'closes'
  | 'reload'
  | 'guard'
  | 'verify'
  | 'strategy'
  | 'mirror'
  | 'build'
  | 'routes'
  | 'overlap'
  | 'jobs'
>

/** What a release was started with. */
export interface ReleaseRecord {
  settingsDigest: string
  /** the port to reach it by */
  port: number
  settings: RunSettings
  /** variables of `settings.env` whose values are left out, because they look like secrets; `command` where that was left out */
  withheld: readonly string[]
}

/** After a rollback: nothing is released by itself until something is saved. */
export interface Pin {
  release: ReleaseName
  /** what was rolled back from: the same again is no news */
  tried: {release: ReleaseName; snapshot: string; settingsDigest: string} | undefined
}

/** What imm keeps of one app on this machine beside the engine, for later processes. Without it rollbacks use the settings as they are. */
export interface Records {
  note(release: ReleaseName, record: ReleaseRecord, signal: AbortSignal): Promise<void>
  read(release: ReleaseName, signal: AbortSignal): Promise<ReleaseRecord | undefined>
  /** Forgets all but these releases, and those that are newer: they may be on their way. */
  retain(releases: readonly ReleaseName[], signal: AbortSignal): Promise<void>
  pin(signal: AbortSignal): Promise<Pin | undefined>
  setPin(pin: Pin | undefined, signal: AbortSignal): Promise<void>
}

// Files --------------------------------------------------------------------------------------------------------------------------

/** Secrets and configs of one app, in the memory of this host: what is told of them elsewhere is never their content. */
export interface Files {
  /** The content of one as it is now. SECRET_UNAVAILABLE where its source can't be read. */
  read(file: Pick<MountedFile, 'kind' | 'name' | 'source'>, signal: AbortSignal): Promise<Buffer>
  /**
   * Writes the files of a release, and says how its containers get them; those that are there stay as they are. SECRET_UNAVAILABLE where one
   * has to be written and can't be read any more, or the engine runs elsewhere.
   */
  place(release: ReleaseName, files: readonly MountedFile[], signal: AbortSignal): Promise<readonly BindMount[]>
  /** Removes those of all but these releases, and of those that are newer: they may be on their way. */
  retain(releases: readonly ReleaseName[], signal: AbortSignal): Promise<void>
  /** Removes all of the app. */
  clear(signal: AbortSignal): Promise<void>
}

// Gates ----------------------------------------------------------------------------------------------------------------------------

export interface GateRequest {
  method: string
  /** with its query */
  path: string
  headers: Readonly<Record<string, string>>
  body: string | undefined
}

/** What came of a request. */
export type GateAnswer =
  | {
      outcome: 'answer'
      status: number
      /** by name in lower case; several of one name are joined by `, ` */
      headers: Readonly<Record<string, string>>
      body: string
    }
  /** `detail`: `connection refused`, `no answer within 5 s`, `the body is longer than 4 MiB` */
  | {outcome: 'failed'; detail: string}

export interface GateCommand {
  /** program and arguments */
  command: readonly string[]
  /** on top of imm's own environment */
  env: Readonly<Record<string, string>>
}

/** How a command ended. */
export type GateEnd =
  | {outcome: 'exited'; exitCode: number}
  /** by this signal */
  | {outcome: 'killed'; by: string}
  | {outcome: 'not started'; detail: string}

/** What checks of a candidate need of this machine. Neither rejects but for its signal. */
export interface Gates {
  /** One request over a connection of its own; redirects are not followed. */
  request(address: Address, request: GateRequest, timeoutMs: number, signal: AbortSignal): Promise<GateAnswer>
  /**
   * Runs a command in the project's directory, without a shell. However it ends, also by its signal, this settles when nothing of its process
   * group is left.
   */
  command(command: GateCommand, onLine: (text: string) => void, signal: AbortSignal): Promise<GateEnd>
}

/** Time, so that tests need not wait. Both in ms; `sleep` rejects with the signal's reason. */
export interface Clock {
  now: () => number
  sleep(ms: number, signal: AbortSignal): Promise<void>
  /** Each time the machine has slept, a moment after it woke; ends with the signal. Undefined where nothing tells. */
  wakes?(signal: AbortSignal): AsyncIterable<void>
}

/** Rising numbers of an environment, never given twice, also across processes. */
export interface Numbers {
  /** for a new release: both rise */
  release(signal: AbortSignal): Promise<{release: number; generation: number}>
  /** of the newest release that ever was; 0 for none */
  newest(signal: AbortSignal): Promise<number>
  /** for an attempt with a release that exists: only the generation rises */
  generation(signal: AbortSignal): Promise<number>
}
