import type {MountedFile} from '../../config/settings.ts'
import type {EnvironmentId} from '../../release/identity.ts'
import type {Emit} from '../events.ts'
import type {Clock, Engine} from '../ports.ts'
import type {Background} from '../world.ts'
import type {Board} from './board.ts'
import type {MountedFiles} from './definition.ts'
import type {IsFree} from './host-ports.ts'
import type {Application} from './spec.ts'
import type {Ready} from './when-ready.ts'

/** Secrets and configs of services, as files of this host. */
export interface ServiceFiles {
  /** Writes them where only this user reads them; the same contents are at the same places each time. */
  put(service: string, files: readonly MountedFile[], signal: AbortSignal): Promise<MountedFiles>
}

/** What the backing services of an environment are run with. */
export interface ServicesAt {
  application: Application
  id: EnvironmentId
  engine: Engine
  clock: Clock
  emit: Emit
  background: Background
  /** undefined: services that have secrets or configs can't be started */
  files?: ServiceFiles | undefined
  /** undefined: the engine alone tells which ports of this host are taken */
  isFree?: IsFree | undefined
  /** of apps that services depend on; undefined: they have none */
  apps?: {names: readonly string[]; ready: Ready} | undefined
  /** what of git a preview is of; undefined where it is none */
  ref?: string | undefined
}

export type Here = ServicesAt & {board: Board}
