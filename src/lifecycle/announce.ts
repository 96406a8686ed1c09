import type {Happening} from './events.ts'
import type {Announcement} from './ports.ts'
import type {Standing} from './standing.ts'
import type {World} from './world.ts'

const announceTimeoutMs = 2000

/** Tells those who wait for a first release how far it is. A listener of the lifecycle's events; silent once something is live. */
export const announcer =
  ({traffic, background}: Pick<World, 'traffic' | 'background'>, standing: () => Standing | undefined) =>
  (happening: Happening): void => {
    const announcement = standing()?.live ? undefined : announcementOf(happening)
    if (announcement) background.add(traffic.announce(announcement, AbortSignal.timeout(announceTimeoutMs)))
  }

const announcementOf = (happening: Happening): Announcement | undefined => {
  if (happening.type === 'stage') {
    const {stage, release, gate} = happening
    return {stage, release, message: gate === undefined ? '' : `check "${gate}"`, output: []}
  }
  if (happening.type === 'rejected') {
    const {stage, release, message, next, output} = happening
    return {stage, release, message: `${message}\n${next}`, output}
  }
  if (happening.type === 'step' && happening.step.status === 'started')
    return {stage: 'build', release: happening.release, message: happening.step.name, output: []}
  return undefined
}
