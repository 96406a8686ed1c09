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
  switch (happening.type) {
    case 'stage':
      return {stage: happening.stage, release: happening.release, message: '', output: []}
    case 'rejected': {
      const {stage, release, message, next, output} = happening
      return {stage, release, message: `${message}\n${next}`, output}
    }
    case 'step': {
      const {release, step} = happening
      return step.status === 'started' ? {stage: 'build', release, message: step.name, output: []} : undefined
    }
    default:
      return undefined
  }
}
