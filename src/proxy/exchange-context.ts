import type {AccessLog} from './access-log.ts'
import type {Relay} from './handover/relay.ts'
import type {Holds} from './hold.ts'
import type {ClientRules, HoldLimits} from './limits.ts'
import type {Log} from './log.ts'
import type {Watchers} from './reload/watchers.ts'
import type {Route} from './routes.ts'
import type {OnTrouble} from './trouble.ts'

/** What all exchanges of a proxy have in common. */
export interface ExchangeContext {
  holds: Holds
  watchers: Watchers
  hold: HoldLimits
  clients: ClientRules
  log: Log
  trouble: OnTrouble
  /** a request waits on a route that was put to rest */
  wake: (route: Route) => void
  /** set once another process serves: what was not sent yet goes there */
  relay: Relay | undefined
  access: AccessLog
}
