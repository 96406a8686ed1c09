import type {RollingSettings} from './settings.ts'
import type {Situation, Step} from './step.ts'

/** Starts what there is room for, gives it its part of the traffic, and lets as many of the live release rest as can be spared. */
export const rolling = (settings: RollingSettings, {replicas, candidate, live, weight}: Situation): Step => {
  // One replica always serves. Where that leaves no way at all, there has to be room for one more.
  const unavailable = Math.min(settings.unavailable, replicas - 1)
  const surge = settings.surge === 0 && unavailable === 0 ? 1 : settings.surge
  if (candidate >= replicas) return {do: 'promote'}
  const running = live + candidate
  // Every replica has its equal part, whichever release it is of.
  const fair = live === 0 ? 0 : candidate / running
  if (weight !== fair) return {do: 'shift', weight: fair, of: undefined}
  const room = Math.min(replicas + surge - running, replicas - candidate)
  if (room > 0) return {do: 'start', replicas: room}
  const least = replicas - unavailable
  // The last one goes with the promotion, which can't be undone by giving the traffic back.
  const resting = Math.min(running - least, live - 1)
  if (resting > 0) return {do: 'rest', replicas: resting, weight: candidate / (running - resting)}
  return {do: 'promote'}
}
