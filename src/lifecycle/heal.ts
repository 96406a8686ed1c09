import type {GuardSettings} from '../config/settings.ts'
import type {ReleaseName} from '../release/identity.ts'
import {createDeaths, pauseAfter, type Deaths} from './deaths.ts'
import type {RevertEvidence} from './events.ts'
import {guard} from './guard.ts'
import {loseReplica} from './lose-replica.ts'
import {eachReplica, endsWith, replicasOf, withReplicas, type Member, type Replica} from './member.ts'
import {missingReplicas, refill} from './refill.ts'
import {replace, type Failure, type Replacing} from './replace.ts'
import {putAwayBeyondWarm} from './retire.ts'
import {revert, type GiveBack} from './revert.ts'
import {revive} from './revive.ts'
import type {Run} from './run.ts'
import {isStopped, Stopped} from './stopped.ts'

/** Looks after what has the traffic: replaces it when it fails, and gives the traffic back when it is worse than what was before. */
export interface Healing {
  /** A fresh container in place of the live one, or of the one of its replicas with this id. Asked twice, it is done once. */
  replaceLive(failure: Failure, instance?: string): void
  /** Brings back what is missing of the live release: replicas, or all of it where it made room for a candidate that came to nothing. */
  restore(): void
  /** It got the traffic just now, by a change, from another release: it is held to that. */
  watch(member: Member, previous: ReleaseName | undefined): void
  /** It got the traffic otherwise; a guard under way ends. */
  trust(member: Member | undefined): void
}

export interface HealingOptions {
  at: Run
  giveBack: GiveBack
  /** its content is not worth another try */
  onReverted: (bad: Member) => void
  /** nothing is under way any more */
  onIdle: () => void
  signal: AbortSignal
}

/** A release that is being watched, and what it would give the traffic back to. */
interface Trial {
  release: ReleaseName
  before: ReleaseName
  over: AbortController
}

const unlessStopped = (error: unknown): void => {
  if (!isStopped(error)) throw error
}

export const createHealing = ({at, giveBack, onReverted, onIdle, signal}: HealingOptions): Healing => {
  const {world, standing} = at
  const {background, clock, emit} = world
  const deaths: Deaths = createDeaths()
  let replacing: Member | undefined
  let filling: {over: AbortController; done: Promise<void>} | undefined
  let trial: Trial | undefined

  const trialOf = ({release}: Member): Trial | undefined => (trial?.release === release ? trial : undefined)

  const fill = (pauseMs: number): void => {
    // Where all of it is replaced, none will be missing.
    if (filling || (replacing && replacing === standing.live) || missingReplicas(at) === 0) return
    const over = new AbortController()
    const done = refill(pauseMs, at, AbortSignal.any([signal, over.signal]))
      .catch(unlessStopped)
      .finally(() => {
        filling = undefined
        onIdle()
      })
    filling = {over, done}
    background.add(done)
  }

  const fallBack = async (bad: Member, evidence: readonly RevertEvidence[]): Promise<boolean> => {
    const onTrial = trialOf(bad)
    const reverting = {bad, to: onTrial?.before, evidence, forGood: onTrial !== undefined}
    if (!(await revert(reverting, giveBack, at, signal))) return false
    onTrial?.over.abort(new Stopped({kind: 'superseded', by: bad.generation}))
    onReverted(bad)
    fill(0)
    return true
  }

  const hold = async (member: Member, settings: GuardSettings, {before, over}: Trial): Promise<void> => {
    try {
      const verdict = await guard(member, before, settings, at, AbortSignal.any([signal, over.signal]))
      // Replicas come and go: what is live now is what is given up.
      const bad = standing.live?.release === member.release ? standing.live : undefined
      if (verdict.kind === 'worse' && bad && replacing !== bad) {
        if (!(await fallBack(bad, verdict.evidence)))
          emit({type: 'warning', message: stuck(bad, before, verdict.evidence)})
      } else if (verdict.kind === 'ok' || verdict.kind === 'unsure')
        emit({type: 'guarded', release: member.release, verdict: verdict.kind, requests: verdict.requests})
    } finally {
      endTrial(member)
    }
  }

  /** What it took over from need not be warm any longer, unless it is kept anyway. */
  const endTrial = (member: Member): void => {
    if (trialOf(member)) trial = undefined
    const {live} = standing
    if (live?.release !== member.release) return
    standing.trusted = live.generation
    at.onTrusted?.()
    putAwayBeyondWarm(standing, live.settings, world)
  }

  const howToReplace = (live: Member): Replacing => ({deaths, fallBack, isOnTrial: () => trialOf(live) !== undefined})

  const replaceAll = async (live: Member, failure: Failure): Promise<void> => {
    // All of its replicas get new containers, with the names that those are given.
    filling?.over.abort(new Stopped({kind: 'superseded', by: live.generation}))
    await filling?.done
    if (standing.live === live) return replace(live, failure, howToReplace(live), at, signal)
    // One that was missing has come just now: it serves.
    replacing = undefined
    for (const {instance} of replicasOf(live)) replaceLive(failure, instance.id)
  }

  const replaceOne = async (live: Member, lost: Member, failure: Failure): Promise<void> => {
    const inARow = await loseReplica(live, lost, failure, howToReplace(live), at, signal)
    if (inARow !== undefined) fill(pauseAfter(inARow))
  }

  const replaceLive = (failure: Failure, instance?: string): void => {
    const {live} = standing
    if (!live || live === standing.makingRoom || replacing === live) return
    const isLost = (replica: Replica) => instance !== undefined && endsWith(replica, instance)
    const lost = eachReplica(live).find(isLost)
    if (instance !== undefined && !lost) return
    const left = withReplicas(
      live,
      replicasOf(live).filter((replica) => !isLost(replica)),
    )
    if (lost && left) {
      standing.live = left
      background.add(replaceOne(left, lost, failure).catch(unlessStopped))
      return
    }
    replacing = live
    const work = replaceAll(live, failure).finally(() => {
      if (replacing === live) replacing = undefined
      onIdle()
    })
    background.add(work.catch(unlessStopped))
  }

  return {
    replaceLive,
    restore() {
      background.add(revive(at, signal))
      fill(0)
    },
    watch(member, previous) {
      deaths.lives(member.release, clock.now())
      // No worker is kept warm: the one before is started again.
      const before = member.port === 0 ? previous : standing.previous[0]?.member.release
      const {guard: settings} = member.settings
      if (standing.live?.release !== member.release) return
      if (!settings || !before) return endTrial(member)
      const by = member.generation
      trial?.over.abort(new Stopped({kind: 'superseded', by}))
      trial = {release: member.release, before, over: new AbortController()}
      emit({type: 'guarding', release: member.release, before, windowMs: settings.windowMs})
      background.add(hold(member, settings, trial))
    },
    trust(member) {
      trial?.over.abort(new Stopped({kind: 'superseded', by: member?.generation ?? 0}))
      trial = undefined
      if (member) deaths.lives(member.release, clock.now())
    },
  }
}

const stuck = ({release}: Member, before: ReleaseName, evidence: readonly RevertEvidence[]): string =>
  `${release} does worse than ${before}, which can't take the traffic back: ${evidence.map(({words}) => words).join('; ')}`
