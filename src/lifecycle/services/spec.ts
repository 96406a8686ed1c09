import type {ContainerSettings, MountedFile, Settings, VolumeSettings} from '../../config/settings.ts'
import type {NetworkSpec, PublishedPort, VolumeSpec} from '../../release/container.ts'

/** An environment as a Compose file describes it: what imm builds, what comes as an image, and what they share. Plain data. */
export interface Application {
  /** as the Compose file names the project; a slug */
  name: string
  /** absolute; of the first Compose file */
  directory: string
  /** absolute: every file whose change means another application, those that are not there yet included */
  files: readonly string[]
  apps: readonly AppSpec[]
  services: readonly ServiceSpec[]
  /** by the Compose file's keys */
  networks: readonly Shared<NetworkSpec>[]
  volumes: readonly Shared<VolumeSpec>[]
  /** what imm does otherwise than Compose, or not at all: said once each */
  notes: readonly Note[]
}

/** A service that is built here: replaced on every change, behind the proxy. */
export interface AppSpec {
  /** the service's name, which others reach it by */
  name: string
  /** a slug of it, for labels, hosts and images */
  app: string
  settings: Settings
  dependsOn: readonly Dependency[]
  published: readonly PublishedPort[]
  /** TCP ports that others in the environment reach it by; empty: what the image exposes */
  ports: readonly number[]
  /** names that others reach it by, its own among them */
  aliases: readonly string[]
}

/** A service that comes as an image: one per environment, outlives releases. */
export interface ServiceSpec {
  name: string
  /** reference, as the Compose file has it */
  image: string
  pull: 'always' | 'missing' | 'never'
  dependsOn: readonly Dependency[]
  /** it runs to its end, once per definition, and what depends on it waits for that */
  completes: boolean
  env: Readonly<Record<string, string>>
  command: readonly string[] | undefined
  user: string | undefined
  volumes: readonly VolumeSettings[]
  tmpfs: readonly string[]
  readOnly: boolean
  resources: Settings['resources']
  container: ContainerSettings
  files: readonly MountedFile[]
  published: readonly PublishedPort[]
  /** prints what `imm volume snapshot` is to keep, in place of the files of its volumes */
  snapshotCommand?: readonly string[] | undefined
  /** reads what that printed, for `imm volume restore` */
  restoreCommand?: readonly string[] | undefined
}

export interface Dependency {
  /** of an app or a service */
  name: string
  condition: 'started' | 'healthy' | 'completed'
  /** false: where it is missing or fails, that is said and nothing more */
  required: boolean
  /** replaced along with it */
  restart: boolean
}

/** What several containers of an environment share. `external`: made by somebody else, and never imm's to remove. */
export type Shared<T> = {key: string; external: boolean; spec: T}

export interface Note {
  /** `services.web.container_name` */
  key: string
  kind: 'translated' | 'ignored'
  reason: string
}
