import type {Healthcheck} from './image/config.ts'
import type {Compression, FileFact} from './image/facts.ts'
import type {OsRelease} from './os-release.ts'
import type {Installed} from './packages/installed.ts'

/** All that is known of one side. Plain data, because a lock file holds it. What a side does not have, or cannot tell, is left out. */
export interface SideFacts {
  /** as it was asked for: `image:shop:1` */
  name: string
  image?: ImageSide | undefined
  run?: RunSide | undefined
  web?: WebSide | undefined
  /** why a part is missing that such a side could have: `image`: "the manifest names an image that is not here" */
  gaps: readonly Gap[]
}

export interface Gap {
  part: 'image' | 'run' | 'web' | 'files' | 'packages' | 'runtimes' | 'dependencies' | 'base'
  reason: string
}

/** An image, as read without running it. */
export interface ImageSide {
  names: readonly string[]
  /** `sha256:…` of its config */
  id: string
  manifest?: string | undefined
  /** `linux/amd64` */
  platform: string
  /** ISO 8601 */
  created?: string | undefined
  /** bytes of all layers as plain tars */
  size: number
  layers: readonly LayerSide[]
  base?: BaseSide | undefined
  config: ConfigSide
  os?: OsRelease | undefined
  /** of /etc/passwd and /etc/group; undefined: not known, as in an older lock file */
  users?: UsersSide | undefined
  packages: readonly Installed[]
  runtimes: readonly Runtime[]
  dependencies: readonly Dependency[]
  files: FilesSide
}

export interface LayerSide {
  diffId: string
  digest: string
  size: number
  compression: Compression
  createdBy?: string | undefined
}

/** The image that it was made from: its lowest layers, and what they alone hold. */
export interface BaseSide {
  /** `node:24-slim`, where it is known */
  name?: string | undefined
  /** of its manifest, where it is known */
  digest?: string | undefined
  created?: string | undefined
  /** how many of the image's layers are its own */
  layers: number
  /** how that is known; `history` is a guess from the times of the instructions */
  by: 'label' | 'engine' | 'history'
  os?: OsRelease | undefined
  packages: readonly Installed[]
  runtimes: readonly Runtime[]
}

export interface ConfigSide {
  user: string
  workdir: string
  entrypoint: readonly string[]
  command: readonly string[]
  env: readonly EnvVar[]
  ports: readonly string[]
  volumes: readonly string[]
  labels: Readonly<Record<string, string>>
  stopSignal: string
  healthcheck?: Healthcheck | undefined
}

/** Of what looks like a secret no value is kept, only a digest that tells two apart (salted with the name). For `from` see env-source.ts. */
export type EnvVar = {name: string} & ({value: string} | {secret: string} | {from: string})

export interface UsersSide {
  /** `gid` of the group that each has by itself */
  users: readonly {name: string; id: number; gid: number}[]
  groups: readonly {name: string; id: number}[]
}

/** A language's runtime that an image holds. */
export interface Runtime {
  /** `node`, `python`, `ruby`, `go`, `java` */
  name: string
  version: string
  /** the file that says so */
  path: string
}

/** A library that is installed, or that a lock file demands. */
export interface Dependency {
  ecosystem: 'npm' | 'pypi' | 'gem' | 'go' | 'maven'
  name: string
  version: string
  /** the directory that it was found below, as `/app`: two applications in one image are told apart by it */
  scope: string
  source: 'installed' | 'lock'
}

export interface FilesSide {
  /** of path, kind, mode, owner, link target and content of all files, in the order of paths: times are no part of it */
  digest: string
  count: number
  /** the same of each directory, two levels deep; older lock files have none */
  directories?: readonly DirectorySide[] | undefined
  /** left out in a lock file */
  list?: readonly FileFact[] | undefined
  /** who installed a file, as a finding has it as its subject: `curl`, `pypi:flask in /usr/local`; left out in a lock file */
  owners?: ReadonlyMap<string, string> | undefined
  /** what the base has and the image's own layers take away; left out in a lock file */
  removed?: ReadonlySet<string> | undefined
}

/** What is in a directory, and in those below that are not told by themselves: `/app`, `/usr/lib`. */
export interface DirectorySide {
  path: string
  digest: string
  count: number
}

/** How it is run beside what the image says. Undefined: not said, which is the engine's default. */
export interface RunSide {
  /** `compose:compose.yaml#web`, `container:ab12`, `imm.yaml` */
  source: string
  /** the image that it names */
  image?: string | undefined
  /** what overrides the image's own */
  config: Partial<Omit<ConfigSide, 'env' | 'labels'>>
  env: readonly EnvVar[]
  memoryBytes?: number | undefined
  cpus?: number | undefined
  pidsLimit?: number | undefined
  capAdd: readonly string[]
  capDrop: readonly string[]
  privileged: boolean
  noNewPrivileges?: boolean | undefined
  readOnlyRoot?: boolean | undefined
  tmpfs: readonly string[]
  mounts: readonly MountSide[]
  /** names without the project's prefix */
  networks: readonly string[]
  networkMode?: string | undefined
  /** container ports that are published, `8080/tcp` */
  publishes: readonly string[]
  restart?: string | undefined
  replicas?: number | undefined
  stopGraceMs?: number | undefined
  init?: boolean | undefined
  /**
   * Further settings: `ulimits.nofile: 1024`, `pid: host`. A term is Compose's, with words that are equal where they mean the same; one that
   * Kubernetes or Compose alone has begins with `k8s.` or `compose.`
   */
  others?: Readonly<Record<string, string>> | undefined
  /** what imm does by itself, and nobody asked for */
  byImm?: readonly ('init' | 'no-new-privileges' | 'restart' | 'publishes' | 'hosts')[] | undefined
}

export interface MountSide {
  path: string
  kind: 'volume' | 'bind' | 'tmpfs' | 'secret' | 'config'
  readOnly: boolean
}

/** What answers at a URL, found by one request. */
export interface WebSide {
  url: string
  status: number
  /** by names in lower case; dates, ids and cookies' values left out */
  headers: Readonly<Record<string, string>>
  tls?: TlsSide | undefined
  protocol: string
}

export interface TlsSide {
  /** `TLSv1.3` */
  version: string
  cipher: string
  issuer: string
  subject: string
  validTo: string
  /** whether this machine trusts it */
  trusted: boolean
}
