import type {LifecycleEvent} from '../../lifecycle/events.ts'
import type {ReleaseName} from '../../release/identity.ts'
import {duration} from '../formats.ts'
import type {Paint} from '../style.ts'
import {releaseStyle} from './palette.ts'

/** A release that has the traffic, and whose guard is waited for. */
export interface Watched {
  release: ReleaseName
  untilMs: number
}

/** What an event makes of what is watched; undefined: nothing is. */
export const followWatched = (watched: Watched | undefined, event: LifecycleEvent): Watched | undefined => {
  if (event.type === 'guarding') return {release: event.release, untilMs: Date.parse(event.time) + event.windowMs}
  const isOver = event.type === 'guarded' || event.type === 'reverted' || event.type === 'live'
  return isOver ? undefined : watched
}

export const watchedLine = ({release, untilMs}: Watched, nowMs: number, spinner: string, paint: Paint): string => {
  const left = Math.max(0, Math.ceil((untilMs - nowMs) / 1000)) * 1000
  return `${spinner} ${paint(releaseStyle(release), release)} watched for ${duration(left)} more ${paint('dim', '(Ctrl-C leaves it serving)')}`
}
