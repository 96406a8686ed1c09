import type {Settings} from '../../config/settings.ts'
import type {StrategySettings} from '../../strategy/settings.ts'

/** How a release takes over: what must not run twice ends before its successor starts, whatever was chosen. */
export const strategyOf = ({overlap, strategy}: Pick<Settings, 'overlap' | 'strategy'>): StrategySettings =>
  overlap ? strategy : {kind: 'recreate'}
