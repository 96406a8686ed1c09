import type {Attachment, BindMount, ContainerOptions} from '../release/container.ts'
import type {MirrorSettings, StrategySettings} from '../strategy/settings.ts'

/** What imm.yaml, flags and defaults come to: everything about one app that makes a release. Plain data, no functions. */
export interface Settings {
  /** slug; from imm.yaml, package.json or the directory's name */
  project: string
  app: string
  build: BuildSettings
  /** the port that the application listens on in its container; 0: it listens on nothing; undefined: what the image exposes */
  port: number | undefined
  /** what requests go to the application by, gRPC aside; `h2c`: HTTP/2 without TLS and by prior knowledge; `tcp`: no HTTP, bytes as they are */
  protocol: 'http1' | 'h2c' | 'tcp'
  /** where it is reached beside its environment's address */
  routes: readonly RouteSettings[]
  health: HealthSettings
  /** envFile's values with env's on top */
  env: Readonly<Record<string, string>>
  /** replaces the image's CMD */
  command: readonly string[] | undefined
  user: string | undefined
  volumes: readonly VolumeSettings[]
  /** absolute paths in the container */
  tmpfs: readonly string[]
  resources: {memoryBytes: number | undefined; cpus: number | undefined}
  /** what else its containers are, as a Compose file says it */
  container: ContainerSettings
  /** false: the live release ends before the next one starts, because two must not run at once */
  overlap: boolean
  /** what runs to its end from the candidate's image before the candidate starts, in order, once per release */
  jobs: readonly JobSettings[]
  /** what its containers find as files under /run/secrets and elsewhere, in memory */
  files: readonly MountedFile[]
  /** what a candidate must pass before it is given the traffic, in order */
  verify: readonly CheckSettings[]
  /** `strict`: the root can't be written; `report`: what is written there is shown; `replace`: the container is replaced */
  immutable: 'strict' | 'report' | 'replace'
  /** containers of each release */
  replicas: number
  strategy: StrategySettings
  /** undefined: no copies */
  mirror: MirrorSettings | undefined
  watch: WatchSettings
  drainMs: number
  /** what is closed when its release loses the traffic, and not waited for */
  closes: readonly ('websocket' | 'events')[]
  /** pages are loaded again once another release has the traffic */
  reload: boolean
  /** undefined: a release isn't watched after its flip */
  guard: GuardSettings | undefined
  keep: KeepSettings
}

export interface BuildSettings {
  /** absolute path of the directory that is sent to the engine */
  context: string
  /** path of the Dockerfile relative to the context, with `/` */
  dockerfile: string
  /** stage to build; undefined: the last */
  target: string | undefined
  args: Readonly<Record<string, string>>
  /** text in place of the Dockerfile's; it has no file then, and `dockerfile` is what messages call it */
  inline?: string | undefined
  /** directories and files of the context that the image gets on top, in place of mounts of the source; `keeps`: paths below `to` that stay as they are in the image */
  copies?: readonly {from: string; to: string; keeps?: readonly string[] | undefined}[] | undefined
  /** for `RUN --mount=type=secret`: given through the builder's session, and in no image */
  secrets?: readonly {id: string; source: FileSource}[] | undefined
}

/** A container of the candidate's image that must end with exit code 0. */
export interface JobSettings {
  name: string
  /** in place of the image's CMD; undefined: what `entrypoint` or the image starts */
  command: readonly string[] | undefined
  entrypoint?: readonly string[] | undefined
  /** on top of the app's */
  env: Readonly<Record<string, string>>
  user?: string | undefined
  workingDir?: string | undefined
  timeoutMs: number
}

/** Where the content of a secret or config comes from. */
export type FileSource =
  /** absolute path on this machine */
  | {kind: 'file'; path: string}
  /** variable of imm's environment, or of the .env file beside the Compose file */
  | {kind: 'environment'; variable: string; value: string | undefined}
  /** program and arguments whose output it is, for a password manager */
  | {kind: 'command'; command: readonly string[]}
  | {kind: 'content'; content: string}

export interface MountedFile {
  kind: 'secret' | 'config'
  /** as the Compose file calls it */
  name: string
  source: FileSource
  /** absolute path in the container */
  path: string
  uid?: string | undefined
  gid?: string | undefined
  /** permission bits; 0o444 by default */
  mode: number
  /**
   * tells two contents apart, and of a secret only who has this machine's key which is which; put in when settings are read, undefined where
   * the source can't be
   */
  digest?: string | undefined
}

export interface ContainerSettings {
  /** undefined: the engine's own network */
  attachment: Attachment | undefined
  binds: readonly BindMount[]
  options: ContainerOptions
}

export interface RouteSettings {
  /** lower case; undefined: the environment's own */
  host: string | undefined
  /** `/`, or a prefix of whole segments without a slash at its end */
  path: string
  /** the application gets the path without it */
  strip: boolean
}

export interface HealthSettings {
  /**
   * `auto`: the HEALTHCHECK if there is one, else any HTTP answer on `/`, else an accepted TCP connection. Of a worker, which listens on
   * nothing: the HEALTHCHECK if there is one, else that it stays up. `log`: it printed a line that matches. `up`: it stays up.
   */
  kind: 'auto' | 'http' | 'tcp' | 'log' | 'up'
  /** for `http`: must answer 2xx or 3xx */
  path: string
  /** for `log`: regular expression */
  log?: string | undefined
  /** for `up`, and a worker's `auto`: how long it must stay up; 2 seconds by default */
  upMs?: number | undefined
  /** how long a candidate may take from its start to its first healthy answer */
  timeoutMs: number
  /** the longest pause between two probes; the first ones follow each other faster */
  intervalMs: number
}

/** One check of a candidate. `command` runs on this machine, `image` in a container of the candidate's image. */
export type CheckSettings = HttpCheckSettings | CommandCheckSettings

export interface HttpCheckSettings {
  kind: 'http'
  name: string
  method: string
  path: string
  headers: Readonly<Record<string, string>>
  body: string | undefined
  expect: ExpectSettings
  /** longest wait for one answer */
  timeoutMs: number
  /** how long it is tried again; 0: once is enough */
  retryMs: number
}

export interface CommandCheckSettings {
  kind: 'command' | 'image'
  name: string
  command: readonly string[]
  timeoutMs: number
}

/** What an answer must be: all of it. */
export interface ExpectSettings {
  /** ranges, both ends included */
  status: readonly {from: number; to: number}[]
  text: readonly string[]
  /** regular expressions */
  match: readonly string[]
  /** what the body has at least; undefined: it need not be JSON */
  json: {value: unknown} | undefined
  /** by name in lower case; true: it is there, false: it is not */
  headers: Readonly<Record<string, boolean | {contains: string} | {match: string}>>
}

/** A named volume of the environment: outlives every release. */
export interface VolumeSettings {
  name: string
  /** absolute path in the container */
  path: string
  readOnly: boolean
  /** `app` by default: of this app alone. `environment`: shared by what is in it. `external`: by the engine's name, and never imm's to remove */
  scope?: 'app' | 'environment' | 'external' | undefined
  noCopy?: boolean | undefined
  subpath?: string | undefined
}

export interface WatchSettings {
  /** paths relative to the project that count; empty: the whole build context */
  paths: readonly string[]
  /** patterns in .dockerignore syntax that don't count, beside .dockerignore's own */
  ignore: readonly string[]
  quietMs: number
  /** undefined: imm finds out whether events arrive */
  poll: boolean | undefined
}

/** When a release that has the traffic gives it back. */
export interface GuardSettings {
  /** from the flip on */
  windowMs: number
  /** 0 to 1: by how much its share of errors may be above that of the release before */
  errors: number
  /** its p95 may be so many times that of the release before */
  latency: number
  /** with fewer nothing is certain */
  minRequests: number
}

export interface KeepSettings {
  /** previous releases kept paused, ready to take the traffic back */
  warm: number
  /** releases before those whose containers are kept stopped: their settings stay in the engine with them */
  stopped: number
  /** images of releases kept for rollback, the live one's included */
  images: number
  /** what an app may hold on disk beyond what must stay */
  diskBytes: number
}
