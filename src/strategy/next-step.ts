import {blueGreen} from './blue-green.ts'
import {canary} from './canary.ts'
import {mirror} from './mirror.ts'
import {recreate} from './recreate.ts'
import {rolling} from './rolling.ts'
import type {MirrorSettings, StrategySettings} from './settings.ts'
import type {Situation, Step} from './step.ts'

/** How one candidate is brought to the traffic. */
export interface Way {
  strategy: StrategySettings
  /** undefined: no copies */
  mirror: MirrorSettings | undefined
}

/** What comes next. Called again after each step with what has become of it, this ends in `promote` or `abort`. */
export const nextStep = (way: Way, situation: Situation): Step => {
  if (situation.asked === 'abort') return {do: 'abort', code: 'ABORTED', why: 'somebody asked to give it up'}
  const step = ofStrategy(way.strategy, situation)
  // Before the first client, and not before there is somebody to answer.
  const first = situation.weight === 0 && (step.do === 'shift' || step.do === 'promote')
  return (first && way.mirror ? mirror(way.mirror, situation) : undefined) ?? step
}

const ofStrategy = (strategy: StrategySettings, situation: Situation): Step => {
  switch (strategy.kind) {
    case 'blue-green':
      return blueGreen(situation)
    case 'rolling':
      return rolling(strategy, situation)
    case 'canary':
      return canary(strategy, situation)
    case 'recreate':
      return recreate(situation)
    default:
      return strategy satisfies never
  }
}

/** Why a release is brought up. */
export type Cause = 'change' | 'rollback' | 'replace'

/**
 * The way of a release. Who rolls back knows where to, and a replacement's release is live already: neither is tried out. But what can't
 * run twice can't in those cases, nor beside its successor.
 */
export const wayOf = (
  cause: Cause,
  {strategy, mirror: copies}: {strategy: StrategySettings; mirror: MirrorSettings | undefined},
  live: StrategySettings | undefined,
): Way => {
  if (cause === 'replace') return {strategy: {kind: 'blue-green'}, mirror: undefined}
  if (strategy.kind === 'recreate' || live?.kind === 'recreate')
    return {strategy: {kind: 'recreate'}, mirror: undefined}
  if (cause === 'rollback' && strategy.kind === 'canary') return {strategy: {kind: 'blue-green'}, mirror: undefined}
  return {strategy, mirror: cause === 'change' ? copies : undefined}
}
