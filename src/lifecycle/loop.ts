import {isImmError} from '../errors.ts'
import {releaseName, type ReleaseName} from '../release/identity.ts'
import {currentProject} from './current-project.ts'
import type {DriftMode} from './drift-mode.ts'
import {createHealing, type Healing} from './heal.ts'
import {beingTried, isCheckedAnew, triedBefore, unchanged, type Latest} from './latest.ts'
import type {Member} from './member.ts'
import type {Outcome} from './outcome.ts'
import {servePinned} from './pinning.ts'
import {makePlan, sameContent, type Plan} from './plan.ts'
import type {Change, Source} from './ports.ts'
import {keepWithinPolicy} from './prune.ts'
import {rollback, type RolledBack, type Wanted} from './rollback.ts'
import {rollbacks} from './rollbacks.ts'
import {run, type Run} from './run.ts'
import {Stopped} from './stopped.ts'
import {tellRevision} from './tell-revision.ts'
import {looking} from './together.ts'
import type {Trigger} from './trigger.ts'
import type {Project, ReadProject} from './world.ts'

/** Latest wins: each trigger cancels what an older one began, unless it would make the same release. */
export interface Loop extends Pick<Healing, 'replaceLive' | 'restore'> {
  /** Releases what is there now, or, where a rollback pinned the environment, has the pinned release serve. */
  start(): void
  trigger(trigger: Trigger): void
  /** Gives the traffic back to an earlier release, and pins the environment to it; what is under way is cancelled. */
  rollback(wanted: Wanted): Promise<RolledBack>
  /** Releases what is there now; undefined where nothing was pinned. */
  unpin(): Promise<ReleaseName | undefined>
  /** Does something with the live release, as an attempt that a newer one cancels; nothing where one is on its way. */
  whileIdle(live: Member, work: (signal: AbortSignal) => Promise<unknown>): void
  /** The engine is back: what it failed while away is tried again. */
  resume(): void
  /** where changes come from now; `over` aborts when new settings bring another source */
  readonly watched: {source: Source & AsyncDisposable; over: AbortSignal}
  /** what is being built, launched or verified */
  readonly underWay: ReleaseName | undefined
  readonly driftMode: DriftMode
}

export const createLoop = (first: Project, readProject: ReadProject, at: Run, signal: AbortSignal): Loop => {
  const {world, standing, pinning} = at
  const {clock, emit, background, numbers} = world
  const said = new Set<string>()
  const current = currentProject(first, readProject, world, signal)
  let againWanted = false
  let engineLost = false
  let resumed = 0
  let planning = new AbortController()
  let attempt: {controller: AbortController; release: ReleaseName} | undefined
  let latest: Latest | undefined = triedBefore(at)
  /** since a rollback pinned it */
  let saved = false

  const healing = createHealing({
    at,
    giveBack: async (to, generation) => (await rollback(to, generation, current.project, at, signal, 'revert')).member,
    onReverted({release}) {
      if (latest?.release === release) latest.state = 'reverted'
    },
    onIdle: () => at.sandboxes.prepare(),
    signal,
  })

  const trigger = ({change, again = false}: Trigger): void => {
    if (change?.settings) current.stale()
    againWanted ||= again
    saved ||= change !== undefined || again
    if (pinning.pin && !saved) return
    planning.abort(new Stopped({kind: 'superseded', by: 0}))
    planning = new AbortController()
    background.add(looking(world.together, async () => consider(change, AbortSignal.any([signal, planning.signal]))))
  }

  /** Reads what is there now and decides whether that is news. */
  const consider = async (change: Change | undefined, inner: AbortSignal): Promise<void> => {
    const noticedMs = clock.now()
    if (change) emit({type: 'change', files: change.files, count: change.count})
    try {
      const project = await current.read(inner)
      // Who asks for it again may know of something that no event told.
      if (againWanted) await project.source.rescan?.(inner)
      const snapshot = await project.source.snapshot(inner)
      for (const message of snapshot.warnings) if (!said.has(message)) emit({type: 'warning', message})
      for (const message of snapshot.warnings) said.add(message)
      const plan = makePlan(project, snapshot)
      const settings = current.tookUp()
      if (againWanted || !isKnown(plan, settings)) {
        await begin(plan, {firstEventMs: change?.firstEventMs ?? noticedMs, noticedMs, plannedMs: clock.now()}, inner)
      }
    } catch (error) {
      if (inner.aborted) return
      if (!isImmError(error)) throw error
      if (error.code === 'SNAPSHOT_MOVED') return trigger({})
      const {code, message, next, output} = error
      engineLost ||= code === 'ENGINE_LOST'
      emit({type: 'rejected', release: undefined, stage: 'snapshot', code, message, next, output})
    }
  }

  /** The same as what is under way, or was tried last, or serves: nothing to do, and said so. */
  const isKnown = (plan: Plan, settings: boolean): boolean => {
    if (!latest || !sameContent(plan, latest) || isCheckedAnew(plan, latest)) {
      if (!standing.live || !sameContent(plan, standing.live)) return false
      attempt?.controller.abort(new Stopped({kind: 'superseded', by: standing.live.generation}))
      latest = {...standing.live, state: 'live'}
      // The working tree is what serves: nothing is held back any more.
      background.add(pinning.clear(signal))
    }
    if (latest.state !== 'under way') emit(unchanged(latest, standing, settings))
    return true
  }

  const begin = async (
    plan: Plan,
    times: {firstEventMs: number; noticedMs: number; plannedMs: number},
    inner: AbortSignal,
  ): Promise<void> => {
    const {release: number, generation} = await numbers.release(inner)
    inner.throwIfAborted()
    // From here to the end nothing is awaited: of two triggers, one comes after the other.
    attempt?.controller.abort(new Stopped({kind: 'superseded', by: generation}))
    const fresh = againWanted
    againWanted = false
    background.add(pinning.clear(signal))
    const mine = {controller: new AbortController(), release: releaseName(number, plan.snapshot.digest)}
    const tried = beingTried(plan, mine.release)
    attempt = mine
    latest = tried
    const resumedBefore = resumed
    const own = AbortSignal.any([signal, mine.controller.signal])
    const ended = run(plan, {number, generation, fresh, ...times}, at, own)
    occupy(
      mine,
      ended.then((outcome) => {
        if (outcome.kind === 'live' || outcome.kind === 'rejected')
          background.add(tellRevision(mine.release, plan, world, signal))
        return settle(outcome, tried, fresh, resumedBefore)
      }),
    )
  }

  const occupy = (mine: typeof attempt, work: Promise<unknown>): void =>
    background.add(
      work.finally(() => {
        healing.restore()
        if (attempt !== mine) return
        attempt = undefined
        at.sandboxes.prepare()
      }),
    )

  const settle = (outcome: Outcome, tried: Latest, fresh: boolean, resumedBefore: number): void => {
    switch (outcome.kind) {
      case 'live':
        tried.state = 'live'
        healing.watch(outcome.member, outcome.previous)
        background.add(keepWithinPolicy(at, attempt ? [attempt.release] : [], signal))
        return
      case 'rejected':
        tried.state = 'rejected'
        if (outcome.error.code !== 'ENGINE_LOST') return
        engineLost = true
        if (!forget(tried)) return
        againWanted ||= fresh
        // It may be back since: then nobody says so again.
        if (resumed !== resumedBefore) resume()
        return
      case 'moved':
        if (forget(tried)) trigger({again: fresh})
        return
      case 'held back':
      case 'superseded':
        return void forget(tried)
      default:
        outcome satisfies never
    }
  }

  /** Cut short by no fault of its own: as if it had never been tried. False where something newer is. */
  const forget = (tried: Latest): boolean => {
    if (latest !== tried) return false
    latest = undefined
    return true
  }

  const resume = (): void => {
    if (pinning.pin && !standing.live) start()
    else if (engineLost) trigger({})
    engineLost = false
  }

  const goBack = rollbacks(at, {
    overtake(by) {
      planning.abort(new Stopped({kind: 'superseded', by}))
      attempt?.controller.abort(new Stopped({kind: 'superseded', by}))
      saved = false
      healing.trust(undefined)
    },
    trust: (member) => healing.trust(member),
    restore: () => healing.restore(),
    now: () => ({project: current.project, latest, saved}),
  })

  const start = (): void =>
    pinning.pin ? background.add(servePinned(pinning.pin, goBack, releaseNow, at)) : trigger({})

  /** Even what was tried before. */
  const releaseNow = (): void => {
    latest = undefined
    trigger({})
  }

  return {
    start,
    trigger,
    rollback: goBack,
    async unpin() {
      const release = pinning.pin?.release
      await pinning.clear(signal)
      releaseNow()
      return release
    },
    replaceLive: (...failed) => healing.replaceLive(...failed),
    restore: () => healing.restore(),
    whileIdle(live, work) {
      if (attempt || standing.live !== live) return
      const mine = {controller: new AbortController(), release: live.release}
      attempt = mine
      occupy(mine, work(AbortSignal.any([signal, mine.controller.signal])))
    },
    resume() {
      resumed += 1
      resume()
    },
    get watched() {
      return current.watched
    },
    get underWay() {
      return attempt?.release
    },
    driftMode: current.driftMode,
  }
}
