import type {StrategySettings} from '../strategy/settings.ts'

/** What the command line says; each overrides imm.yaml. Paths are relative to the project's directory. */
export interface SettingFlags {
  project?: string | undefined
  context?: string | undefined
  dockerfile?: string | undefined
  target?: string | undefined
  /** `KEY=VALUE`, or `KEY` for what imm's environment has; on top of imm.yaml's */
  buildArgs?: readonly string[] | undefined
  /** the container's port */
  port?: number | undefined
  healthPath?: string | undefined
  healthTcp?: boolean | undefined
  healthTimeoutMs?: number | undefined
  healthIntervalMs?: number | undefined
  /** `KEY=VALUE`, or `KEY` for what imm's environment has; on top of imm.yaml's */
  env?: readonly string[] | undefined
  /** in the place of imm.yaml's */
  envFile?: readonly string[] | undefined
  command?: readonly string[] | undefined
  user?: string | undefined
  memoryBytes?: number | undefined
  cpus?: number | undefined
  replicas?: number | undefined
  strategy?: StrategySettings['kind'] | undefined
  quietMs?: number | undefined
  poll?: boolean | undefined
  drainMs?: number | undefined
  reload?: boolean | undefined
  keepWarm?: number | undefined
  keepImages?: number | undefined
}
