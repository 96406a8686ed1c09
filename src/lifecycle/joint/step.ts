import {ImmError, isImmError} from '../../errors.ts'
import type {AppId} from '../../release/identity.ts'
import type {Split, Target, Traffic, TrafficGroup, Verified} from '../ports.ts'
import {shareTimeoutMs} from '../rollout/share.ts'

type Answer = Awaited<ReturnType<Traffic['split']>>

/** One flip of several apps. */
export interface Step {
  /** This app has its turn. */
  split(id: AppId, split: Split<Verified<Target>>, signal: AbortSignal): Promise<Answer>
  /** This app won't have its turn any more: where it has not had it, nothing is flipped. */
  leave(id: AppId, why: string): void
  /** Resolves once it is made, or won't be. */
  readonly over: Promise<StepEnd>
}

/** `failed`: it was tried, and the traffic stayed as it was */
export type StepEnd = 'made' | 'off' | 'failed'

/** Gathers the splits of all that have a part, and makes them in one call once each app has its turn: so none can change in between. */
export const jointStep = (ids: readonly AppId[], group: TrafficGroup): Step => {
  const splits = new Map<string, Split<Verified<Target>>>()
  const made = Promise.withResolvers<Map<string, Answer>>()
  const over = Promise.withResolvers<StepEnd>()
  made.promise.catch(() => undefined)
  let gathering = true

  const make = async (): Promise<void> => {
    gathering = false
    const parts = ids.flatMap((id) => {
      const split = splits.get(id.app)
      return split ? [{id, split}] : []
    })
    try {
      // By a time of its own: who waits may not end it, as a flip that did happen can't be called back.
      const {previous, flipMs} = await group.split(parts, AbortSignal.timeout(shareTimeoutMs))
      made.resolve(new Map(parts.map(({id}, index) => [id.app, {previous: previous[index] ?? [], flipMs}])))
      over.resolve('made')
    } catch (error) {
      if (!isImmError(error)) made.reject(error)
      else made.reject(new ImmError('TOGETHER_REJECTED', `nothing was flipped: ${error.message}`, {cause: error}))
      // Tried again, it has a higher generation; whatever else fails may go on failing.
      over.resolve(isImmError(error, 'GENERATION_STALE') ? 'off' : 'failed')
    }
  }

  const callOff = (why: string): void => {
    if (!gathering) return
    gathering = false
    made.reject(new ImmError('TOGETHER_REJECTED', why))
    over.resolve('off')
  }

  return {
    over: over.promise,
    async split(id, split, signal) {
      splits.set(id.app, split)
      const late = () => callOff(`${missing(ids, splits)} did not come to its turn in time`)
      if (signal.aborted) late()
      else signal.addEventListener('abort', late, {once: true})
      if (gathering && splits.size === ids.length) void make()
      try {
        return (await made.promise).get(id.app) ?? {previous: [], flipMs: 0}
      } finally {
        signal.removeEventListener('abort', late)
      }
    },
    leave({app}, why) {
      if (!splits.has(app)) callOff(why)
    },
  }
}

const missing = (ids: readonly AppId[], splits: ReadonlyMap<string, unknown>): string =>
  ids
    .map(({app}) => app)
    .filter((app) => !splits.has(app))
    .join(', ')
