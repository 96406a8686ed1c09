import {ImmError} from '../../errors.ts'
import type {AppId} from '../../release/identity.ts'
import type {Happening} from '../events.ts'
import type {Clock, TrafficGroup} from '../ports.ts'
import type {JointAttempt, Part, Together} from '../together.ts'
import {createObstacles, firstLine} from './obstacles.ts'
import {createRest} from './rest.ts'
import {jointStep, type Step, type StepEnd} from './step.ts'
import {waitFor} from './wait-for.ts'

/** An app of the set. */
export interface JointApp {
  id: AppId
  /** Looks at it again, as what was tried last came to nothing for another's sake. */
  retry(): void
  /** Files of it change at this moment, and nobody was told yet. */
  settling(): boolean
}

export interface JointFlipsOptions {
  group: TrafficGroup
  clock: Pick<Clock, 'now' | 'sleep'>
  /** ends with the environment */
  signal: AbortSignal
}

/** A release on its way. */
interface Member {
  app: JointApp
  attempt: JointAttempt
  /** `missing`: it waits until it alone is missing; `flipping`: in a step */
  state: 'working' | 'missing' | 'ready' | 'flipping'
  /** the others were told to be ready before it is */
  isAwaited: boolean
  go: PromiseWithResolvers<void> | undefined
  step: Step | undefined
  /** how many releases had begun when its step failed */
  failedAt: number | undefined
}

/**
 * The apps of an environment as one set: what has the traffic is always of one state of the working tree. Whatever is on its way belongs to one
 * change, whenever it began: so a save that the apps hear of one after the other is not torn apart, and no time has to tell what belongs together.
 */
export const jointFlips = ({group, clock, signal}: JointFlipsOptions): ((app: JointApp) => Together) => {
  const apps: JointApp[] = []
  const members = new Set<Member>()
  const newest = new Map<JointApp, Member>()
  const obstacles = createObstacles()
  /** came to nothing for another's sake; with a number: tried again once more have begun, as it may fail the same way */
  const held = new Map<JointApp, number | undefined>()
  let begun = 0
  let looks = 0
  let step: Step | undefined
  let isDue = false

  // In a turn of its own: an app that ends one release and begins the next does both before anybody concludes from the first.
  const soon = (): void => {
    if (isDue) return
    isDue = true
    setImmediate(() => {
      isDue = false
      if (!signal.aborted) decide()
    })
  }

  const rest = createRest({clock, settling: () => apps.some((app) => app.settling()), wake: soon, signal})

  const underWay = (): Member[] => [...members].filter(({state}) => state !== 'flipping')

  const decide = (): void => {
    retryHeld()
    const all = underWay()
    const waiting = all.filter(({go}) => go)
    const isWorking = all.some(({state, isAwaited}) => state === 'working' && !isAwaited)
    if (waiting.length === 0 || looks > 0 || isWorking) rest.reset()
    if (waiting.length === 0 || looks > 0) return
    const {first} = obstacles
    if (first !== undefined) return waiting.forEach(({go}) => go?.reject(new ImmError('TOGETHER_REJECTED', first)))
    if (isWorking) return
    if (!rest.isThere(Math.max(...all.map(({attempt}) => attempt.firstEventMs)))) return
    for (const member of all.filter(({state}) => state === 'missing')) {
      member.isAwaited = true
      member.go?.resolve()
    }
    if (all.every(({state}) => state === 'ready') && !step) flip(all)
  }

  const retryHeld = (): void => {
    if (obstacles.first !== undefined) return
    for (const [app, failedAt] of held) {
      if (failedAt === begun) continue
      held.delete(app)
      app.retry()
    }
  }

  const flip = (all: readonly Member[]): void => {
    const mine = jointStep(
      all.map(({app}) => app.id),
      group,
    )
    step = mine
    rest.reset()
    for (const member of all) {
      member.state = 'flipping'
      member.step = mine
      member.go?.resolve()
    }
    const ended = (how: StepEnd) => {
      if (how === 'failed') for (const member of all) member.failedAt = begun
      step = undefined
      soon()
    }
    void mine.over.then(ended)
  }

  const wait = async (member: Member, state: 'missing' | 'ready', within: AbortSignal): Promise<void> => {
    member.state = state
    member.go = Promise.withResolvers()
    soon()
    try {
      await waitFor(member.go.promise, within)
    } finally {
      member.go = undefined
      if (member.state === state) member.state = 'working'
      soon()
    }
  }

  const look = (): (() => void) => {
    looks++
    return () => {
      looks--
      soon()
    }
  }

  return (app) => {
    apps.push(app)
    const name = app.id.app
    // Until it has looked once, nobody knows whether it has news: of what was saved while no imm ran.
    let endFirst: (() => void) | undefined = look()
    const first = () => {
      endFirst?.()
      endFirst = undefined
    }

    const begin = (attempt: JointAttempt): Part => {
      begun++
      const fresh = {state: 'working', isAwaited: false, go: undefined, step: undefined, failedAt: undefined} as const
      const member: Member = {app, attempt, ...fresh}
      const before = newest.get(app)
      before?.step?.leave(app.id, `${name} has changed again`)
      // It takes its place: who waits for the older one would wait for nothing.
      if (before && before.state !== 'flipping') members.delete(before)
      members.add(member)
      newest.set(app, member)
      obstacles.begins(name)
      held.delete(app)
      soon()
      return {
        missing: async (within) => wait(member, 'missing', within),
        ready: async (within) => wait(member, 'ready', within),
        split: async (split, within) => {
          if (!member.step) throw new ImmError('TOGETHER_REJECTED', `${name} has changed again`)
          return member.step.split(app.id, split, within)
        },
        ended(outcome) {
          members.delete(member)
          member.step?.leave(app.id, `${name} ${attempt.release} did not come to its turn`)
          if (newest.get(app) === member) {
            newest.delete(app)
            if (outcome.kind === 'rejected')
              obstacles.rejects(name, `${name} ${attempt.release} was rejected: ${firstLine(outcome.error.message)}`)
            if (outcome.kind === 'held back') held.set(app, member.failedAt)
          }
          soon()
        },
      }
    }

    return {
      looks() {
        obstacles.looks(name)
        const known = look()
        first()
        return known
      },
      begin,
      heard(happening: Happening) {
        if (happening.type === 'unchanged' && happening.state === 'live') held.delete(app)
        // What a rollback pinned is not looked at; else it is in the same moment.
        if (happening.type === 'live') first()
        if (obstacles.heard(name, happening)) soon()
      },
    }
  }
}
