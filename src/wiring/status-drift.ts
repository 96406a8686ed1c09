import {declarationOf, type Declaration} from '../drift/declare.ts'
import type {Difference} from '../drift/difference.ts'
import {wordsOf} from '../drift/words.ts'
import {isImmError} from '../errors.ts'
import {glanceOf} from '../lifecycle/drift.ts'
import type {Engine, Instance} from '../lifecycle/ports.ts'
import {containerIdentity} from '../release/labels.ts'
import {forgetTouches, touchesOf, type Touch} from '../state/touches.ts'

/** What `imm status` says of a running release beside its state. */
export interface Condition {
  /** undefined: it could not be found out in time */
  drift: DriftSummary | undefined
  /** the last */
  touched: Touch | undefined
  /** oldest first */
  touches: readonly Touch[]
}

export interface DriftSummary {
  count: number
  /** paths that were changed or only touched: there was no time to compare them */
  unsure: number
  /** the first three in words */
  first: readonly string[]
  declare: Declaration | undefined
}

/** Status is asked often, and must not wait for a container with a hundred thousand files, nor for a look at many of them. */
const withinMs = 900

/** The condition of every container that runs, by id. */
export const conditionsOf = async (
  instances: readonly Instance[],
  engine: Engine,
  home: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Condition>> => {
  const existing = new Set(instances.map(({id}) => id))
  await forgetTouches({home, engine: engine.facts.endpoint}, existing)
  const tooLate = AbortSignal.timeout(withinMs)
  const inner = AbortSignal.any([signal, tooLate])
  const conditions = await Promise.all(
    instances.filter(isRunningApp).map(async (instance): Promise<[string, Condition]> => {
      const [drift, touches] = await Promise.all([
        summaryOf(instance, engine, inner).catch((error: unknown) => {
          // A container may go while it is looked at: no reason to say nothing of all others.
          if (signal.aborted || !(tooLate.aborted || isImmError(error))) throw error
          return undefined
        }),
        touchesOf({home, container: instance.id}),
      ])
      return [instance.id, {drift, touched: touches.at(-1), touches}]
    }),
  )
  return new Map(conditions)
}

const isRunningApp = ({labels, state}: Instance): boolean =>
  labels['imm.role'] === 'app' && (state === 'running' || state === 'paused')

const summaryOf = async (instance: Instance, engine: Engine, signal: AbortSignal): Promise<DriftSummary> => {
  const id = containerIdentity(instance.labels)
  const glance = id && (await inTime(glanceOf(instance.id, {id, engine}, signal), signal))
  if (!glance) return summarised([], 0)
  const {differences, unsure} = glance
  if (unsure === 0) return summarised(differences, 0)
  try {
    return summarised([...differences, ...(await inTime(glance.look(signal), signal))], 0)
  } catch (error) {
    // What is known is told; the rest is what `imm drift` is for.
    if (!signal.aborted && !isImmError(error)) throw error
    return summarised(differences, unsure)
  }
}

/** What has been begun is taken away again also when it is not waited for. */
const inTime = async <T>(work: Promise<T>, signal: AbortSignal): Promise<T> => {
  const {promise: late, reject} = Promise.withResolvers<never>()
  const stop = () => reject(signal.reason as Error)
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, {once: true})
  try {
    return await Promise.race([work, late])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

const summarised = (differences: readonly Difference[], unsure: number): DriftSummary => ({
  count: differences.length,
  unsure,
  first: differences.slice(0, 3).map((difference) => Object.values(wordsOf(difference)).join(' ')),
  declare: declarationOf(differences),
})
