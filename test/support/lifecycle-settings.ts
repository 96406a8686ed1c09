import type {Settings} from '../../src/config/settings.ts'
import type {HealthSettings, KeepSettings} from '../../src/config/settings.ts'

export interface SettingChanges extends Partial<Omit<Settings, 'health' | 'keep'>> {
  health?: Partial<HealthSettings>
  keep?: Partial<KeepSettings>
}

export const testSettings = ({health, keep, ...more}: SettingChanges = {}): Settings => ({
  project: 'shop',
  app: 'web',
  build: {context: '/shop', dockerfile: 'Dockerfile', target: undefined, args: {}},
  port: undefined,
  protocol: 'http1',
  routes: [],
  health: {kind: 'auto', path: '/', timeoutMs: 60_000, intervalMs: 250, ...health},
  env: {},
  command: undefined,
  user: undefined,
  volumes: [],
  tmpfs: [],
  resources: {memoryBytes: undefined, cpus: undefined},
  container: {attachment: undefined, binds: [], options: {}},
  overlap: true,
  jobs: [],
  files: [],
  verify: [],
  immutable: 'report',
  watch: {paths: [], ignore: [], quietMs: 50, poll: undefined},
  replicas: 1,
  strategy: {kind: 'blue-green'},
  mirror: undefined,
  drainMs: 10_000,
  closes: [],
  reload: false,
  guard: undefined,
  keep: {warm: 1, stopped: 0, images: 10, diskBytes: 5 * 2 ** 30, ...keep},
  ...more,
})
