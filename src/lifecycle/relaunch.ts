import type {LiveCause, Stage} from './events.ts'
import type {Recipe} from './launch.ts'
import {explain, type Outcome} from './outcome.ts'
import {bringUp, emitLive, type Run} from './run.ts'
import {stopwatch} from './stopwatch.ts'

type LaunchCause = Extract<LiveCause, 'rollback' | 'revert' | 'replace'>

/** Brings a release up again from its image, as a candidate like any other: for a rollback, and in place of a container that died. */
export const relaunch = async (recipe: Recipe, cause: LaunchCause, at: Run, signal: AbortSignal): Promise<Outcome> => {
  const {clock, emit} = at.world
  const {release, generation} = recipe
  const nowMs = clock.now()
  const watch = stopwatch({firstEventMs: nowMs, noticedMs: nowMs, plannedMs: nowMs}, clock.now)
  await using undo = new AsyncDisposableStack()
  const enter = (stage: Stage) => {
    signal.throwIfAborted()
    watch.enter(stage)
    emit({type: 'stage', release, stage})
  }
  try {
    const up = await bringUp(recipe, cause, undo, enter, watch, at, signal)
    emitLive(up, cause, watch.timings(), at)
    return {kind: 'live', member: up.candidate}
  } catch (error) {
    return explain(error, release, watch.stage(), generation, at.world, signal)
  }
}
