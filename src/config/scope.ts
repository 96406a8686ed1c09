import type {SettingFlags} from './flags.ts'
import type {Problems} from './problems.ts'
import type {FileSettings} from './schema.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** What each part of the settings is made from. */
export interface Scope {
  /** the project's, absolute */
  directory: string
  config: FileSettings
  flags: SettingFlags
  /** imm's own, for variables without a value */
  environment: Environment
  problems: Problems
  signal: AbortSignal
}
