import type {LongLivedKind, Target} from '../lifecycle/ports.ts'
import type {LongLived} from './long-lived.ts'
import type {Tally} from './tally.ts'

/** A request or an upgraded connection under way. */
export interface InFlight {
  /** ends it at once, both sides */
  cut(): void
  /** set once it shows that it is one */
  longLived?: LongLived | undefined
}

/** One target with what is under way on it. A release that takes the traffic twice has two lanes: their drains don't mix. */
export interface Lane {
  readonly target: Target
  /** its release's, shared with its other lanes */
  readonly tally: Tally
  readonly inFlight: Set<InFlight>
  /** called whenever `inFlight` has become empty */
  readonly onIdle: Set<() => void>
  /** it refused a connection and gets no request until `watchRefused` finds that it accepts again */
  refused: boolean
  /** kinds that are closed instead of waited for, since it has lost the traffic */
  closing: readonly LongLivedKind[]
}

export const newLane = (target: Target, tally: Tally): Lane => ({
  target,
  tally,
  inFlight: new Set(),
  onIdle: new Set(),
  refused: false,
  closing: [],
})

/** Counts a request in. To be called in the same step in which the lane was chosen, so that no split and no drain comes in between. */
export const enterLane = (lane: Lane, exchange: InFlight): void => {
  lane.inFlight.add(exchange)
  lane.tally.requests++
}

export const leaveLane = (lane: Lane, exchange: InFlight): void => {
  if (lane.inFlight.delete(exchange) && lane.inFlight.size === 0) for (const idle of lane.onIdle) idle()
}
