import type {Happening} from './events.ts'
import type {Run} from './run.ts'

/** How the first attempt of an environment ended. */
export type Ended = Extract<Happening, {type: 'live'}> | End

/** Of an attempt that gives nothing the traffic. */
type End = Extract<Happening, {type: 'unchanged' | 'rejected' | 'reverted' | 'superseded'}>

const ends = new Set<Happening['type']>(['unchanged', 'rejected', 'reverted', 'superseded'])

const isEnd = (happening: Happening): happening is End => ends.has(happening.type)

/** Waits for one attempt alone. */
export interface Once {
  heard(happening: Happening): void
  /** What has the traffic needs no more watching. */
  trusted(): void
  /** resolves when the attempt is over: it is live and past its guard, or came to nothing, or there was nothing to do */
  readonly over: Promise<Ended>
}

export const once = (at: Pick<Run, 'standing'>): Once => {
  const over = Promise.withResolvers<Ended>()
  let live: Extract<Happening, {type: 'live'}> | undefined
  return {
    heard(happening) {
      // What was found running is not what was asked for; and what is replaced on trial is still the same release.
      if (happening.type === 'live' && happening.cause === 'change') live = happening
      if (isEnd(happening)) over.resolve(happening)
    },
    trusted() {
      if (live && at.standing.live?.release === live.release) over.resolve(live)
    },
    over: over.promise,
  }
}
