import type {EnvironmentId} from '../release/identity.ts'
import type {Inherit} from './handover/inherit.ts'
import type {ClientRules, HoldLimits} from './limits.ts'
import type {Log} from './log.ts'
import type {Prove} from './restored.ts'
import type {Sharing} from './sharing.ts'
import type {OnTrouble} from './trouble.ts'

export interface ProxyOptions {
  /** where routes are kept */
  home: string
  /** main port; 0: the one chosen before, else any */
  port: number
  /** 0: https is spoken on the main port alone */
  httpsPort?: number
  log: Log
  /** nothing: this machine alone */
  sharing?: Sharing
  hold?: HoldLimits
  /** who serves what the fast path understands; `node` to compare */
  plainHttp1?: 'fast' | 'node'
  clients?: Partial<ClientRules>
  trouble?: OnTrouble
  /** of what had the traffic in an earlier process; without it that is trusted */
  prove?: Prove | undefined
  /** A request waits on routes of an environment that was put to rest: told once, until it has the traffic or could not be woken. */
  onWake?: ((id: EnvironmentId) => void) | undefined
  /** takes sockets over from the process before; a state that makes no sense is then an error */
  inherit?: Inherit | undefined
}
