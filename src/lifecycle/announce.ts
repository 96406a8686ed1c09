import type {Happening} from './events.ts'
import type {Announcement} from './ports.ts'
import type {Standing} from './standing.ts'
import type {World} from './world.ts'

const announceTimeoutMs = 2000

/** Tells those who wait, for a first release or for what died, how far it is. A listener of the lifecycle's events; silent while something is live. */
export const announcer =
  ({traffic, background}: Pick<World, 'traffic' | 'background'>, standing: () => Standing | undefined) =>
  (happening: Happening): void => {
    // What died is the live one until it is replaced.
    const isWaited = happening.type === 'died' ? happening.left === 0 : !standing()?.live
    const announcement = isWaited ? announcementOf(happening) : undefined
    if (announcement) background.add(traffic.announce(announcement, AbortSignal.timeout(announceTimeoutMs)))
  }

const announcementOf = (happening: Happening): Announcement | undefined => {
  if (happening.type === 'stage') {
    const {stage, release, gate, job} = happening
    const message = gate === undefined ? (job === undefined ? '' : `job "${job}"`) : `check "${gate}"`
    return {stage, release, message, output: []}
  }
  if (happening.type === 'rejected') {
    const {stage, release, message, next, output} = happening
    return {stage, release, message: `${message}\n${next}`, output, failed: true}
  }
  if (happening.type === 'died') {
    const {release, output} = happening
    return {stage: 'replace', release, message: `Its container ${howItDied(happening)}.`, output}
  }
  if (happening.type === 'step' && happening.step.status === 'started')
    return {stage: 'build', release: happening.release, message: happening.step.name, output: []}
  return undefined
}

const howItDied = ({cause, exitCode, outOfMemory}: Extract<Happening, {type: 'died'}>): string => {
  if (outOfMemory) return 'ran out of memory'
  if (cause === 'unhealthy') return 'failed its HEALTHCHECK'
  return exitCode === undefined ? 'ended' : `ended with exit code ${exitCode}`
}
