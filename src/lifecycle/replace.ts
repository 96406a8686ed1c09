import {isImmError, type ErrorCode} from '../errors.ts'
import {cleanUp} from './clean-up.ts'
import {crashed} from './crashed.ts'
import {crashLoopDeaths, pauseAfter, settledMs, type Deaths} from './deaths.ts'
import type {RevertEvidence} from './events.ts'
import type {Member} from './member.ts'
import type {Instance} from './ports.ts'
import {relaunch} from './relaunch.ts'
import {drain, remove} from './retire.ts'
import type {Run} from './run.ts'

/** How a container failed: `missed` where nobody listened when it ended, so that it may have been the engine's end. */
export type Failure = 'ended' | 'missed' | 'unhealthy'

export interface Replacing {
  deaths: Deaths
  /** Gives the traffic to the release before; false where there is none that takes it. */
  fallBack: (bad: Member, evidence: readonly RevertEvidence[]) => Promise<boolean>
  isOnTrial: () => boolean
}

// What is not healthy may still answer; it gets a moment for that, in which new requests wait.
const unhealthyDrainMs = 1000

/**
 * The live container failed: requests are held, and a fresh container of the same release takes its place. It keeps the generation of what
 * it replaces: a newer release that is being built must still be allowed to overtake it, and not the other way round. One that fails again
 * and again, or on trial, gives way to the release before.
 */
export const replace = async (
  dead: Member,
  failure: Failure,
  {deaths, fallBack, isOnTrial}: Replacing,
  at: Run,
  signal: AbortSignal,
): Promise<void> => {
  const {world, standing} = at
  const {traffic, clock} = world
  await traffic.suspend(dead.generation, signal)
  const death = await tell(dead, failure, 0, {deaths, isOnTrial}, at, signal)
  await clearAway(dead, failure, at)
  let {inARow} = death
  if (death.onTrial && (await fallBack(dead, [diedOnTrial(death.end)]))) return
  for (let failures = inARow; ; failures += 1) {
    if (inARow > 0 && inARow % crashLoopDeaths === 0 && (await fallBack(dead, [crashLoop(inARow)]))) return
    if (pauseAfter(failures) > 0) await clock.sleep(pauseAfter(failures), signal)
    if (standing.live !== dead || standing.makingRoom === dead) return
    const outcome = await relaunch(dead, 'replace', at, signal)
    if (outcome.kind === 'live') return deaths.lives(dead.release, clock.now())
    if (outcome.kind !== 'rejected') return
    if (ofItsOwn.has(outcome.error.code)) inARow = deaths.died(dead.release, clock.now())
    failures = Math.max(failures, 1)
  }
}

interface Death {
  /** what the engine still knows of it */
  end: Instance | undefined
  /** how many failures of its own in a row that makes; 0: it was not its own */
  inARow: number
  /** its own, and while it was watched */
  onTrial: boolean
}

/** Counts its death, and says what happened to it. */
export const tell = async (
  dead: Member,
  failure: Failure,
  left: number,
  {deaths, isOnTrial}: Pick<Replacing, 'deaths' | 'isOnTrial'>,
  {world, standing}: Run,
  signal: AbortSignal,
): Promise<Death> => {
  const why = await crashed(dead, world, signal).catch((error: unknown) => error)
  const last = await world.engine.instance(dead.instance.id, signal).catch(() => undefined)
  const own = failure === 'unhealthy' || (failure === 'ended' && endedByItself(last))
  const inARow = own ? deaths.died(dead.release, world.clock.now()) : 0
  const onTrial = own && isOnTrial()
  const givenUp = onTrial || (own && inARow % crashLoopDeaths === 0 && standing.previous.length > 0)
  world.emit({
    type: 'died',
    release: dead.release,
    cause: failure === 'unhealthy' ? 'unhealthy' : 'ended',
    exitCode: last?.exitCode,
    outOfMemory: last?.outOfMemory ?? false,
    left,
    ...(dead.port === 0 ? {worker: true} : {}),
    ...(givenUp ? {givenUp} : {}),
    output: isImmError(why) ? why.output : [],
  })
  return {end: last, inARow, onTrial}
}

export const clearAway = async (dead: Member, failure: Failure, at: Run): Promise<void> => {
  const {world} = at
  const removing = async () => cleanUp(async () => remove(dead, 0, world), at)
  if (failure !== 'unhealthy') return world.background.add(removing())
  const {settings} = dead
  const drainMs = Math.min(settings.drainMs, unhealthyDrainMs)
  await drain({...dead, settings: {...settings, drainMs}}, world, at.atOnce).catch(() => undefined)
  // Its name is wanted again.
  return removing()
}

/** Killed (128 + SIGKILL, SIGTERM) or removed by somebody else it may be as often as they like: that says nothing about the application. */
const endedByItself = (end: Instance | undefined): boolean =>
  end?.outOfMemory === true || (end?.exitCode !== undefined && end.exitCode !== 137 && end.exitCode !== 143)

const ofItsOwn = new Set<ErrorCode>(['CRASHED', 'OUT_OF_MEMORY', 'UNHEALTHY', 'WRONG_PORT', 'LOOPBACK_ONLY'])

export const diedOnTrial = (end: Instance | undefined): RevertEvidence => ({
  measure: 'deaths',
  before: 0,
  after: 1,
  limit: 0,
  words: end?.outOfMemory
    ? 'it ran out of memory'
    : end?.exitCode === undefined
      ? 'its HEALTHCHECK failed'
      : `it ended by itself with exit code ${end.exitCode}`,
})

export const crashLoop = (deaths: number): RevertEvidence => ({
  measure: 'deaths',
  before: undefined,
  after: deaths,
  limit: crashLoopDeaths - 1,
  words: `it failed ${deaths} times in a row, each time within ${settledMs / 1000} s of being healthy`,
})
