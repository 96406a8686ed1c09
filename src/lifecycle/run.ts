import {ImmError} from '../errors.ts'
import {imageReference, releaseName, type ReleaseName} from '../release/identity.ts'
import {nextStep} from '../strategy/next-step.ts'
import {build, type Builds} from './build.ts'
import {cleanUp} from './clean-up.ts'
import type {LiveCause, Stage, Timings} from './events.ts'
import type {Exits} from './exits.ts'
import {flip} from './flip.ts'
import {admit, readmit} from './gates/admit.ts'
import {runJobs} from './jobs/run-jobs.ts'
import {keepAnchor} from './keep-anchor.ts'
import {launch, portOf, type Recipe} from './launch.ts'
import {followLogs} from './logs.ts'
import {withRoom} from './make-room.ts'
import type {Member} from './member.ts'
import {explain, type Outcome} from './outcome.ts'
import type {Pinning} from './pinning.ts'
import type {Plan} from './plan.ts'
import {refuseImpossible} from './possible.ts'
import {recordOf} from './record.ts'
import {awaitOthers} from './rollout/await-others.ts'
import {giveBack, giveUp} from './rollout/give-up.ts'
import {addReplicas, beginRollout, memberIn, numbersFor} from './rollout/rollout.ts'
import {situationOf} from './rollout/situation.ts'
import {takeStep} from './rollout/take-step.ts'
import {takeTurn} from './rollout/take-turn.ts'
import {watchCandidate} from './rollout/watch-candidate.ts'
import type {Sandboxes} from './sandboxes.ts'
import type {Standing} from './standing.ts'
import {stopwatch, type Beginning, type Stopwatch} from './stopwatch.ts'
import {inPart, type Part} from './together.ts'
import type {Turns} from './turns.ts'
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
  /** whatever changes who has the traffic */
  turns: Turns
  /** ends with the environment, not with an attempt */
  signal: AbortSignal
  /** ends the logs at once; containers that are stopped end theirs by themselves */
  atOnce: AbortSignal
  /** `http://shop.localhost:7070` */
  url: string
  /** what has the traffic needs no more watching: its guard's time is over, or it has none */
  onTrusted?: (() => void) | undefined
}

export interface Attempt extends Beginning {
  number: number
  generation: number
  /** build from scratch, whatever was built before */
  fresh: boolean
}

const untagTimeoutMs = 20_000

/**
 * THE STORY of one change: build, run its jobs, launch, verify (it is healthy, and passes its gates), flip. Until the flip, whatever goes wrong
 * disposes the candidate and nobody notices.
 */
export const run = async (plan: Plan, attempt: Attempt, at: Run, signal: AbortSignal): Promise<Outcome> => {
  const release = releaseName(attempt.number, plan.snapshot.digest)
  const {generation, firstEventMs} = attempt
  // Where nothing of it has the traffic there is nothing that others could be out of step with, and some wait for it to be live.
  const together = at.standing.live && at.world.together
  return inPart(together, {release, generation, firstEventMs}, async (part) =>
    tell(release, plan, attempt, part, at, signal),
  )
}

const tell = async (
  release: ReleaseName,
  plan: Plan,
  attempt: Attempt,
  part: Part | undefined,
  at: Run,
  signal: AbortSignal,
): Promise<Outcome> => {
  const {world} = at
  const {clock, emit} = world
  const watch = stopwatch(attempt, clock.now)
  await using undo = new AsyncDisposableStack()
  try {
    const {digest} = plan.snapshot
    emit({type: 'release', release, generation: attempt.generation, snapshot: digest, settings: plan.settingsDigest})
    refuseImpossible(plan.project.settings)
    enter('build')
    const make = async () => build(plan, release, attempt.fresh, world, at.builds, signal)
    const built = await withRoom(make, release, at, signal)
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
    await world.surroundings?.ready(signal)
    if (project.settings.jobs.length > 0) {
      enter('jobs')
      await runJobs(recipe, world, signal)
      watch.lap('jobs')
    }
    const up = await bringUp(recipe, 'change', undo, enter, watch, at, signal, part)
    emitLive(up, 'change', watch.timings(), at)
    world.background.add(keepAnchor(built, plan, at, at.signal))
    return {kind: 'live', member: up.candidate, previous: up.previous?.release}
  } catch (error) {
    return explain(error, release, watch.stage(), attempt.generation, world, signal)
  }

  function enter(stage: Stage): void {
    signal.throwIfAborted()
    watch.enter(stage)
    emit({type: 'stage', release, stage})
  }
}

/**
 * From an image to the traffic: the part that a new release, a rollback and a replacement share. The strategy says what comes next; until the
 * flip, whatever goes wrong gives the traffic back.
 */
export const bringUp = async (
  recipe: Recipe,
  cause: LiveCause,
  undo: AsyncDisposableStack,
  enter: (stage: Stage) => void,
  watch: Stopwatch,
  at: Run,
  outer: AbortSignal,
  part?: Part,
): Promise<{candidate: Member; previous: Member | undefined}> => {
  const {world, exits} = at
  const {replicas, health} = recipe.settings
  const rollout = beginRollout(recipe, cause, at)
  undo.defer(async () => giveUp(rollout, at))
  const signal = AbortSignal.any([outer, rollout.lost.signal])
  let waits: 'all' | 'last' | 'no' = part ? 'all' : 'no'
  try {
    for (;;) {
      const step = nextStep(rollout.way, await situationOf(rollout, replicas, at, signal))
      // Before it takes its turn: what is live is looked after meanwhile.
      if (part && waits !== 'no' && (step.do === 'promote' || (step.do === 'clear' && waits === 'all'))) {
        if (watch.stage() !== 'shift') enter('shift')
        await awaitOthers(part, step.do === 'clear' ? 'missing' : 'ready', rollout, signal)
        watch.lap('shift')
        waits = step.do === 'clear' ? 'last' : 'no'
        continue
      }
      if (await takeTurn(step, rollout, at, signal)) continue
      switch (step.do) {
        case 'start': {
          enter('launch')
          const started = await launch(recipe, numbersFor(rollout.member, step.replicas), at, signal)
          addReplicas(rollout, started)
          followLogs(started, world, at.atOnce)
          watch.lap('launch')
          enter('verify')
          const healthy = await verify(started, health, exits, world, signal)
          const again = cause === 'replace' || cause === 'revert' || rollout.targets.length > 0
          const verified = again ? readmit(healthy) : await admit(started, healthy, recipe.settings.verify, at, signal)
          rollout.targets.push(...verified)
          watchCandidate(started, rollout, at)
          watch.lap('verify')
          break
        }
        case 'promote': {
          enter('flip')
          const up = await flip(memberIn(rollout), rollout.targets, at, part)
          watch.lap('flip')
          undo.move()
          rollout.ended.resolve(true)
          return up
        }
        case 'abort':
          throw new ImmError(step.code, step.why)
        case 'clear':
        case 'mirror':
        case 'report':
        case 'shift':
        case 'rest':
        case 'wait':
          if (watch.stage() !== 'shift') enter('shift')
          await takeStep(step, rollout, at, signal)
          watch.lap('shift')
          break
        default:
          step satisfies never
      }
    }
  } catch (error) {
    // Before anybody is told that it failed.
    await giveBack(rollout, at)
    throw error
  } finally {
    rollout.over.abort()
  }
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
