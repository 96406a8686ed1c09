import {isImmError, type ImmError} from '../../errors.ts'
import type {Attempt, Busy, Step} from '../situation.ts'
import type {ServeEvent} from './events.ts'
import type {Observed} from './observe.ts'
import {isPassing, waitAfter} from './passing.ts'
import type {ServeWorld} from './world.ts'

/** What is under way. Disposing gives it up, and waits until it has ended. */
export interface Work extends AsyncDisposable {
  busy: ReadonlyMap<string, Busy>
  /** those that still hold something back */
  attemptsOn(observed: Observed): ReadonlyMap<string, Attempt>
  begin(step: Step, observed: Observed): void
  cancel(ref: string): void
  /** Until one of them ends, or what is waited for comes. Rejects with the signal's reason. */
  endOr(wait: (stop: AbortSignal) => Promise<void>): Promise<void>
}

type Told = Omit<Extract<ServeEvent, {type: 'preview'}>, 'type' | 'action' | 'why' | 'ref' | 'name'>

const givenUp = new Error('something newer is wanted')

/** It is there, whole, and no serve brought it up. */
const isByHand = ({kind, why, ref}: Step, {last}: Observed['situation']): boolean =>
  last.get(ref)?.byHand ?? (kind === 'update' && why !== 'unfinished' && !last.has(ref))

export const workOn = (world: ServeWorld, signal: AbortSignal): Work => {
  const busy = new Map<string, Busy & {stop: AbortController; ended: Promise<void>}>()
  const attempts = new Map<string, Attempt>()
  const failures = new Map<string, number>()
  let oneEnded = Promise.withResolvers<void>()

  const hold = (ref: string, attempt: Omit<Attempt, 'retryAtMs'>, passes: boolean): number | undefined => {
    const count = passes ? (failures.get(ref) ?? 0) + 1 : 0
    failures.set(ref, count)
    const ms = passes ? waitAfter(count) : undefined
    attempts.set(ref, {...attempt, retryAtMs: ms === undefined ? undefined : world.now() + ms})
    return ms
  }
  const release = (ref: string) => {
    attempts.delete(ref)
    failures.delete(ref)
  }

  const bringUp = async (step: Exclude<Step, {kind: 'down'}>, observed: Observed, stop: AbortSignal): Promise<Told> => {
    const {settings, situation} = observed
    const wanted = observed.refs.get(step.ref)
    if (!wanted) throw new Error(`${step.ref} is wanted, and is not there`)
    const end = await world.up({...wanted, commit: step.commit}, settings, stop)
    const {record, outcome, error, url} = end
    const usedMs = Math.max(record.usedMs, record.updatedMs)
    const brought = {commit: step.commit, settings: situation.settings, usedMs}
    await world.memory.noteBrought(step.ref, isByHand(step, situation) ? {...brought, byHand: true} : brought)
    const passes = outcome === 'rejected' && isPassing(error?.code)
    const attempt = {kind: 'up', commit: step.commit, settings: situation.settings} as const
    if (!passes) release(step.ref)
    const retryInMs = passes ? hold(step.ref, attempt, true) : undefined
    return {
      state: outcome,
      commit: step.commit,
      project: record.project,
      environment: record.environment,
      ...(url === undefined ? {} : {url}),
      ...(error ? errorOf(error) : {}),
      ...(retryInMs === undefined ? {} : {retryInMs}),
    }
  }

  const takeDown = async (step: Extract<Step, {kind: 'down'}>, observed: Observed): Promise<Told> => {
    const record = observed.records.get(step.ref)
    // Half a preview is nobody's: it is taken down whole, and only the end of serve gives it up.
    if (record) await world.down(record, signal)
    await world.memory.noteBrought(step.ref, undefined)
    release(step.ref)
    return {state: 'removed', environment: step.environment, ...(record ? {project: record.project} : {})}
  }

  const run = async (step: Step, observed: Observed, stop: AbortSignal): Promise<void> => {
    const {ref, name, kind: action, why} = step
    const tell = (told: Told) => world.emit({type: 'preview', action, why, ref, name, ...told})
    const commit = step.kind === 'down' ? '' : step.commit
    const began = world.now()
    tell({
      state: 'begun',
      ...(commit === '' ? {} : {commit}),
      ...(step.kind === 'up' ? {} : {environment: step.environment}),
    })
    try {
      const told = step.kind === 'down' ? await takeDown(step, observed) : await bringUp(step, observed, stop)
      tell({...told, ms: world.now() - began})
    } catch (error) {
      if (signal.aborted) return
      if (stop.aborted) return tell({state: 'given up'})
      const passes = step.kind === 'down' || !isImmError(error) || isPassing(error.code)
      const kind = step.kind === 'down' ? 'down' : 'up'
      const retryInMs = hold(ref, {kind, commit, settings: observed.situation.settings}, passes)
      const known = isImmError(error) ? errorOf(error) : {message: String(error)}
      tell({state: 'failed', ...known, ...(retryInMs === undefined ? {} : {retryInMs})})
    }
  }

  return {
    busy,
    attemptsOn({situation: {wanted, actual}}) {
      const there = new Set(actual.map(({ref}) => ref))
      for (const [ref, {kind}] of attempts) if (!(kind === 'up' ? wanted.has(ref) : there.has(ref))) release(ref)
      return attempts
    },
    begin(step, observed) {
      const stop = new AbortController()
      const {settings} = observed.situation
      const what: Busy =
        step.kind === 'down'
          ? {kind: 'down', environment: step.environment}
          : {kind: 'up', commit: step.commit, settings}
      const ended = run(step, observed, AbortSignal.any([signal, stop.signal])).finally(() => {
        busy.delete(step.ref)
        oneEnded.resolve()
      })
      busy.set(step.ref, {...what, stop, ended})
    },
    cancel(ref) {
      busy.get(ref)?.stop.abort(givenUp)
    },
    async endOr(wait) {
      const stop = new AbortController()
      const waited = wait(AbortSignal.any([signal, stop.signal])).catch((error: unknown) => {
        if (!signal.aborted && !stop.signal.aborted) throw error
      })
      await Promise.race([oneEnded.promise, waited])
      stop.abort(givenUp)
      await waited
      signal.throwIfAborted()
      oneEnded = Promise.withResolvers()
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...busy.values()].map(async ({ended}) => ended))
    },
  }
}

const errorOf = ({code, message, next, output}: Pick<ImmError, 'code' | 'message' | 'next' | 'output'>) => ({
  code,
  message,
  next,
  output,
})
