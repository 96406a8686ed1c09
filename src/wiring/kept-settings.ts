import {
  defaultDrainMs,
  defaultHealth,
  defaultImmutable,
  defaultKeep,
  defaultReload,
  defaultReplicas,
  defaultStrategy,
  defaultWatch,
} from '../config/defaults.ts'
import type {Settings} from '../config/settings.ts'
import type {AppId} from '../release/identity.ts'

/** Settings of an app whose files nobody reads, as far as neither a record nor its container tells. */
export const keptSettings = ({project, app}: AppId): Settings => ({
  project,
  app,
  build: {context: '', dockerfile: 'Dockerfile', target: undefined, args: {}},
  port: undefined,
  routes: [],
  health: defaultHealth,
  verify: [],
  env: {},
  command: undefined,
  user: undefined,
  volumes: [],
  tmpfs: [],
  resources: {memoryBytes: undefined, cpus: undefined},
  replicas: defaultReplicas,
  strategy: {kind: defaultStrategy},
  mirror: undefined,
  immutable: defaultImmutable,
  watch: defaultWatch,
  drainMs: defaultDrainMs,
  closes: [],
  reload: defaultReload,
  guard: undefined,
  keep: defaultKeep,
})
