import {noCounts, type Counts} from '../../src/strategy/counts.ts'
import {nextStep, type Way} from '../../src/strategy/next-step.ts'
import type {Situation, Step} from '../../src/strategy/step.ts'

/** Before anything was done, beside one live replica. */
export const situation = (changed: Partial<Situation> = {}): Situation => ({
  replicas: 1,
  candidate: 0,
  live: 1,
  alone: false,
  weight: 0,
  shifts: 0,
  sinceMs: 0,
  counts: {live: noCounts, candidate: noCounts},
  mirror: {state: 'not yet'},
  asked: undefined,
  ...changed,
})

export const counted = (requests: number, serverErrors = 0): Counts => ({
  requests,
  serverErrors,
  failures: 0,
  latency: [0, 0, requests],
})

/** What a step that goes well makes of the situation. */
export const after = (before: Situation, step: Step): Situation => {
  switch (step.do) {
    case 'clear':
      return {...before, alone: true, live: 0}
    case 'start':
      return {...before, candidate: before.candidate + step.replicas}
    case 'mirror':
      return {...before, mirror: {state: 'on', sinceMs: 0, requests: 0, differing: 0}}
    case 'report':
      return {...before, mirror: {requests: 0, differing: 0, ...before.mirror, state: 'over'}}
    case 'shift':
      return shifted(before, step.weight)
    case 'rest':
      return {...shifted(before, step.weight), live: before.live - step.replicas}
    case 'wait': {
      const {mirror} = before
      return {
        ...before,
        sinceMs: before.sinceMs + step.ms,
        mirror: mirror.state === 'on' ? {...mirror, sinceMs: mirror.sinceMs + step.ms} : mirror,
      }
    }
    case 'promote':
    case 'abort':
      return before
    default:
      return step satisfies never
  }
}

const shifted = (before: Situation, weight: number): Situation => ({
  ...before,
  weight,
  shifts: before.shifts + 1,
  sinceMs: 0,
  counts: {live: noCounts, candidate: noCounts},
})

/** All steps to the end, each with the situation that it was decided in; `meanwhile` is what else happens. */
export const play = (
  way: Way,
  first: Situation,
  meanwhile: (situation: Situation) => Situation = (now) => now,
): {step: Step; situation: Situation}[] => {
  const played: {step: Step; situation: Situation}[] = []
  let now = first
  for (;;) {
    now = meanwhile(now)
    const step = nextStep(way, now)
    played.push({step, situation: now})
    if (step.do === 'promote' || step.do === 'abort') return played
    if (played.length > 5000) throw new Error(`no end: ${JSON.stringify(played.slice(-3))}`)
    now = after(now, step)
  }
}

/** Without the waiting: `start 1`, `shift 0.05`, ... */
export const told = (played: readonly {step: Step}[]): string[] =>
  played.flatMap(({step}) => {
    if (step.do === 'wait') return []
    if (step.do === 'shift') return [`shift ${Number(step.weight.toFixed(3))}`]
    if (step.do === 'start' || step.do === 'rest') return [`${step.do} ${step.replicas}`]
    return [step.do === 'abort' ? `abort ${step.code}` : step.do]
  })
