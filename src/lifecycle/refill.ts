import {isImmError} from '../errors.ts'
import {cleanUp} from './clean-up.ts'
import {launch} from './launch.ts'
import {followLogs} from './logs.ts'
import {replicasOf, withReplicas, type Member} from './member.ts'
import {remove} from './retire.ts'
import {numbersFor} from './rollout/rollout.ts'
import {share} from './rollout/share.ts'
import {emitLive, type Run} from './run.ts'
import {stopwatch} from './stopwatch.ts'
import {verify} from './verify.ts'

const firstPauseMs = 250
const longestPauseMs = 10_000

/** Replicas that the live release should have and has not, while others of it serve; none while its traffic goes over to another. */
export const missingReplicas = ({standing: {live, candidate, makingRoom}}: Pick<Run, 'standing'>): number =>
  !live || candidate || live === makingRoom ? 0 : Math.max(0, live.settings.replicas - replicasOf(live).length)

/** Starts replicas that are missing, beside those that serve, until none is. */
export const refill = async (afterMs: number, at: Run, signal: AbortSignal): Promise<void> => {
  const {standing, world} = at
  let pauseMs = firstPauseMs
  if (afterMs > 0) await world.clock.sleep(afterMs, signal)
  for (let missing = missingReplicas(at); missing > 0 && standing.live; missing = missingReplicas(at)) {
    try {
      await addReplica(standing.live, at, signal)
      pauseMs = firstPauseMs
    } catch (error) {
      signal.throwIfAborted()
      if (!isImmError(error)) throw error
      // A lost engine is told by whoever watches it.
      if (error.code !== 'ENGINE_LOST')
        world.emit({
          type: 'warning',
          message: `a replica of ${standing.live.release} can't be started: ${error.message}`,
        })
      await world.clock.sleep(pauseMs, signal)
      pauseMs = Math.min(pauseMs * 2, longestPauseMs)
    }
  }
}

const addReplica = async (live: Member, at: Run, signal: AbortSignal): Promise<void> => {
  const {standing, world, exits} = at
  const nowMs = world.clock.now()
  const watch = stopwatch({firstEventMs: nowMs, noticedMs: nowMs, plannedMs: nowMs}, world.clock.now)
  await using undo = new AsyncDisposableStack()
  const started = await launch(live, numbersFor(live, 1), at, signal)
  undo.defer(async () => cleanUp(async () => remove(started, 0, world), at))
  followLogs(started, world, at.atOnce)
  watch.lap('launch')
  await verify(started, live.settings.health, exits, world, signal)
  watch.lap('verify')
  let added = false
  await share(at, () => {
    const {live: now} = standing
    // Else something newer has the traffic, or all of it was replaced.
    added = now?.release === live.release && missingReplicas(at) > 0
    if (now && added) standing.live = withReplicas(now, [...replicasOf(now), ...replicasOf(started)])
  })
  if (!added) return
  undo.move()
  watch.lap('flip')
  emitLive({candidate: started, previous: undefined}, 'replace', watch.timings(), at)
}
