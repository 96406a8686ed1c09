import type {Target} from '../lifecycle/ports.ts'

/** A request or an upgraded connection under way. */
export interface InFlight {
  /** ends it at once, both sides */
  cut(): void
}

/** One target with what is under way on it. A release that takes the traffic twice has two lanes: their drains don't mix. */
export interface Lane {
  readonly target: Target
  readonly inFlight: Set<InFlight>
  /** called whenever `inFlight` has become empty */
  readonly onIdle: Set<() => void>
}

export const leaveLane = (lane: Lane, exchange: InFlight): void => {
  if (lane.inFlight.delete(exchange) && lane.inFlight.size === 0) for (const idle of lane.onIdle) idle()
}
