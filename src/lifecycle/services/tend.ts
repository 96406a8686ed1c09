import {ImmError, isImmError} from '../../errors.ts'
import {lastLines} from '../crashed.ts'
import {hasEnded} from '../exits.ts'
import type {EngineEvent, Instance} from '../ports.ts'
import {createTurns} from '../turns.ts'
import type {Here} from './at.ts'
import {endedError, startAnew, stateOf, type Up} from './bring-up.ts'

/** Somebody who looks after one service. */
export interface Tending {
  readonly container: string
  /** Something of its container may be otherwise now. */
  look(event?: EngineEvent): Promise<void>
  /** Passes on its output and looks after it until the signal aborts. */
  run(): Promise<void>
}

/** The same exit again within this time is no news: the engine tries again and again. */
const steadyMs = 10_000
const engineRetryMs = 250
const eventMs = 1000
/** Engines start what ended again after 100 ms, 200 ms, ... up to a minute, and don't tell. */
const firstLookMs = 250
const longestLookMs = 4000
const longestPauseMs = 30_000
/** An engine that will start it again says that it runs; one that itself has just started may not have come to it yet. */
const engineTriesMs = 1000

/**
 * Tends a service that is up: its ends and changes of health are told once each, and what somebody removed or stopped is replaced. What ends by
 * itself is the engine's to start again.
 */
export const tend = ({definition, instance, adopted}: Up, here: Here, signal: AbortSignal): Tending => {
  const {engine, clock, emit, board} = here
  const {service, spec} = definition
  const {name} = service
  const turns = createTurns()
  const restarts = spec.options?.restart !== 'no'
  const staysEnded = ({exitCode}: Instance) => spec.options?.restart !== 'on-failure' || exitCode !== 0
  let seen = instance
  let heard = Promise.withResolvers<number | undefined>()
  let ended = false
  let lastExit: {exitCode: number | undefined; toldMs: number} | undefined
  let endTold = false
  let endedMs: number | undefined
  let lost: {atMs: number; pauseMs: number} | undefined
  // What it printed before was told by who started it.
  let printedMs = adopted ? clock.now() : undefined

  /** What runs again has no exit code any more, and its event may come later than the end of its output. */
  const codeHeard = async () =>
    Promise.race([heard.promise, clock.sleep(eventMs, signal).then((): undefined => undefined)])

  const tellEnd = async (now: Instance, exitCode: number | undefined): Promise<void> => {
    if (service.completes && exitCode === 0) {
      board.set(name, {state: 'completed', exitCode})
      return emit({type: 'service', service: name, state: 'completed', exitCode})
    }
    const error = await endedError(name, now, exitCode, here, signal)
    board.set(name, {state: 'exited', exitCode})
    board.fail(name, error)
    const told = lastExit
    lastExit = {exitCode, toldMs: clock.now()}
    if (told && told.exitCode === exitCode && clock.now() - told.toldMs < steadyMs) return undefined
    endTold = true
    const {outOfMemory} = now
    return emit({type: 'service', service: name, state: 'exited', exitCode, outOfMemory, output: error.output})
  }

  const tellHealth = async (now: Instance): Promise<void> => {
    const state = stateOf(now)
    const before = board.state(name).state
    if (state === before) return undefined
    board.set(name, {state, container: now.id, sinceMs: now.startedMs})
    if (before === 'exited' && endTold) emit({type: 'service', service: name, state: 'started', image: service.image})
    endTold = false
    if (state === 'running') return undefined
    const output = state === 'unhealthy' ? await lastLines(now.id, here, signal) : []
    if (state === 'unhealthy')
      board.fail(name, new ImmError('SERVICE_FAILED', `service ${name} is unhealthy: its healthcheck fails`, {output}))
    return emit({type: 'service', service: name, state, ...(output.length > 0 ? {output} : {})})
  }

  const replaceLost = async (why: string): Promise<void> => {
    emit({type: 'service', service: name, state: 'removed', why})
    board.set(name, {state: 'starting', container: undefined})
    const soon = lost && clock.now() - lost.atMs < steadyMs * 6
    let pauseMs = soon ? Math.min((lost?.pauseMs ?? 0) * 2 || 1000, longestPauseMs) : 0
    for (;;) {
      if (pauseMs > 0) await clock.sleep(pauseMs, signal)
      try {
        seen = await startAnew(definition, here, signal)
        ended = false
        printedMs = undefined
        lost = {atMs: clock.now(), pauseMs}
        return
      } catch (error) {
        if (signal.aborted || !isImmError(error)) throw error
        if (error.code !== 'ENGINE_LOST') failed(name, error, here)
        pauseMs = Math.min(pauseMs * 2 || 1000, longestPauseMs)
      }
    }
  }

  const lookOnce = async (): Promise<void> => {
    const now = await engine.instance(seen.id, signal)
    if (!now) {
      // Whatever it was to do once, it did.
      if (board.state(name).state !== 'completed')
        await replaceLost('somebody removed its container; imm starts another')
      return
    }
    const before = seen
    seen = now
    const restarted = !hasEnded(now) && now.startedMs !== before.startedMs
    if (!ended && (restarted || hasEnded(now))) {
      await tellEnd(now, hasEnded(now) ? now.exitCode : await codeHeard())
      heard = Promise.withResolvers()
    }
    ended = hasEnded(now)
    if (!ended) {
      endedMs = undefined
      return tellHealth(now)
    }
    endedMs ??= clock.now()
    if (restarts && staysEnded(now) && clock.now() - endedMs >= engineTriesMs) {
      endedMs = undefined
      await engine.remove(now.id, 0, signal)
      await replaceLost('the engine does not start it again; imm starts another')
    }
  }

  const look = async (event?: EngineEvent) => {
    if (event?.kind === 'exited') heard.resolve(event.exitCode)
    try {
      await turns(lookOnce)
    } catch (error) {
      // Who reads its output waits for the engine, and looks again.
      if (!signal.aborted && !isImmError(error, 'ENGINE_LOST')) throw error
    }
  }

  const follow = async (): Promise<void> => {
    const {id} = seen
    const since = printedMs === undefined ? {} : {sinceMs: printedMs}
    for await (const {stream, text, timeMs} of engine.logs(id, {follow: true, ...since}, signal)) {
      printedMs = timeMs
      emit({type: 'log', release: undefined, service: name, stream, text})
    }
  }

  return {
    get container() {
      return seen.id
    },
    look,
    async run() {
      let pauseMs = firstLookMs
      while (!signal.aborted) {
        const startedMs = seen.startedMs
        try {
          await follow()
        } catch (error) {
          if (signal.aborted) return
          if (!isImmError(error, 'ENGINE_LOST')) throw error
          await clock.sleep(engineRetryMs, signal).catch(() => undefined)
        }
        await look()
        if (board.state(name).state === 'completed' || (ended && !restarts)) return
        pauseMs = seen.startedMs === startedMs ? Math.min(pauseMs * 2, longestLookMs) : firstLookMs
        await clock.sleep(pauseMs, signal).catch(() => undefined)
      }
    },
  }
}

/** Says that a service could not be started, to people and to what waits for it. */
export const failed = (name: string, error: ImmError, {board, emit}: Pick<Here, 'board' | 'emit'>): void => {
  const again = board.state(name).state === 'failed'
  board.fail(name, error)
  if (again) return
  const {message, next, output} = error
  emit({type: 'service', service: name, state: 'failed', why: message, next, output})
}
