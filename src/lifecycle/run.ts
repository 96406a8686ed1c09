import {imageReference, releaseName} from '../release/identity.ts'
import {build, type Builds} from './build.ts'
import {cleanUp} from './clean-up.ts'
import type {LiveCause, Stage, Timings} from './events.ts'
import type {Exits} from './exits.ts'
import {flip} from './flip.ts'
import {admit, readmit} from './gates/admit.ts'
import {keepAnchor} from './keep-anchor.ts'
import {launch, portOf, type Recipe} from './launch.ts'
import {followLogs} from './logs.ts'
import type {Member} from './member.ts'
import {explain, type Outcome} from './outcome.ts'
import type {Pinning} from './pinning.ts'
import type {Plan} from './plan.ts'
import {recordOf} from './record.ts'
import {remove} from './retire.ts'
import type {Sandboxes} from './sandboxes.ts'
import type {Standing} from './standing.ts'
import {stopwatch, type Beginning, type Stopwatch} from './stopwatch.ts'
import {verify} from './verify.ts'
import type {World} from './world.ts'

/** One app in one environment while imm looks after it. */
export interface Run {
  world: World
  standing: Standing
  exits: Exits
  builds: Builds
  sandboxes: Sandboxes
  pinning: Pinning
  /** ends with the environment, not with an attempt */
  signal: AbortSignal
  /** ends the logs at once; containers that are stopped end theirs by themselves */
  atOnce: AbortSignal
  /** `http://shop.localhost:7070` */
  url: string
}

export interface Attempt extends Beginning {
  number: number
  generation: number
  /** build from scratch, whatever was built before */
  fresh: boolean
}

const untagTimeoutMs = 20_000

/**
 * THE STORY of one change: build, launch, verify (it is healthy, and passes its gates), flip. Until the flip, whatever goes wrong disposes the
 * candidate and nobody notices.
 */
export const run = async (plan: Plan, attempt: Attempt, at: Run, signal: AbortSignal): Promise<Outcome> => {
  const {world} = at
  const {clock, emit} = world
  const release = releaseName(attempt.number, plan.snapshot.digest)
  const watch = stopwatch(attempt, clock.now)
  await using undo = new AsyncDisposableStack()
  try {
    const {digest} = plan.snapshot
    emit({type: 'release', release, generation: attempt.generation, snapshot: digest, settings: plan.settingsDigest})
    enter('build')
    const built = await build(plan, release, attempt.fresh, world, at.builds, signal)
    const {image} = built
    // What never went live must be no place to roll back to.
    const untag = async () => world.engine.untag(imageReference(world.id, release), AbortSignal.timeout(untagTimeoutMs))
    undo.defer(async () => cleanUp(untag, at))
    // The image is right, whatever becomes of the release: it gets its other name before it loses this one.
    if (built.how === 'full') undo.defer(async () => keepAnchor(built, plan, at, at.signal))
    const port = portOf(plan.project.settings, (await plan.project.dockerfile(signal)).exposedPorts, image)
    watch.lap('build')
    const {project, snapshot, settingsDigest} = plan
    const recipe: Recipe = {
      release,
      generation: attempt.generation,
      image,
      settings: project.settings,
      port,
      snapshot,
      settingsDigest,
    }
    world.background.add(world.records.note(release, recordOf(recipe), at.signal))
    const member = await bringUp(recipe, 'change', undo, enter, watch, at, signal)
    emitLive(member, 'change', watch.timings(), at)
    world.background.add(keepAnchor(built, plan, at, at.signal))
    return {kind: 'live', member: member.candidate}
  } catch (error) {
    return explain(error, release, watch.stage(), attempt.generation, world, signal)
  }

  function enter(stage: Stage): void {
    signal.throwIfAborted()
    watch.enter(stage)
    emit({type: 'stage', release, stage})
  }
}

/** From an image to the traffic: the part that a new release, a rollback and a replacement share. */
export const bringUp = async (
  recipe: Recipe,
  cause: LiveCause,
  undo: AsyncDisposableStack,
  enter: (stage: Stage) => void,
  watch: Stopwatch,
  at: Run,
  signal: AbortSignal,
): Promise<{candidate: Member; previous: Member | undefined}> => {
  const {world, standing, exits} = at
  enter('launch')
  const candidate = await launch(recipe, [1], at, signal)
  undo.defer(async () => cleanUp(async () => remove(candidate, 0, world), at))
  followLogs(candidate, world, at.atOnce)
  watch.lap('launch')
  enter('verify')
  const healthy = await verify(candidate, recipe.settings.health, exits, world, signal)
  const again = cause === 'replace' || cause === 'revert'
  const verified = again ? readmit(healthy) : await admit(candidate, healthy, recipe.settings.verify, at, signal)
  watch.lap('verify')
  enter('flip')
  const {previous} = await flip(candidate, verified, standing, world)
  watch.lap('flip')
  undo.move()
  return {candidate, previous}
}

export const emitLive = (
  {candidate, previous}: {candidate: Member; previous: Member | undefined},
  cause: LiveCause,
  timings: Timings,
  {world, url}: Run,
): void =>
  world.emit({
    type: 'live',
    release: candidate.release,
    previous: previous?.release,
    image: candidate.image.id,
    url,
    cause,
    timings,
  })
