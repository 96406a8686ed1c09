import type {LongLivedKind} from '../lifecycle/ports.ts'
import type {InFlight, Lane} from './lane.ts'

/** What goes on until somebody ends it: it would keep its release for as long as the drain lasts. */
export interface LongLived {
  /** undefined: nothing is known of its protocol but that it was switched to */
  readonly kind: LongLivedKind | undefined
  /** Has its client come back: ends it soon, never in the middle of a message. */
  close(): void
  /** Ends it now; properly where it is not in the middle of a message. */
  cut(): void
}

/** To be called once it shows that a request is one; its lane may be closing such by now. */
export const goesOn = (lane: Lane, inFlight: InFlight | undefined, longLived: LongLived): void => {
  if (inFlight !== undefined) inFlight.longLived = longLived
  if (longLived.kind !== undefined && lane.closing.includes(longLived.kind)) longLived.close()
}

/** Closes these kinds on a lane that has lost the traffic, now and from now on. */
export const closeLongLived = (lane: Lane, kinds: readonly LongLivedKind[]): void => {
  lane.closing = kinds
  for (const {longLived} of lane.inFlight)
    if (longLived?.kind !== undefined && kinds.includes(longLived.kind)) longLived.close()
}
