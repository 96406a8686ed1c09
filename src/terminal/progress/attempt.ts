import type {LifecycleEvent, Stage} from '../../lifecycle/events.ts'
import type {BuildStep} from '../../lifecycle/ports.ts'
import type {ReleaseName} from '../../release/identity.ts'
import {duration} from '../formats.ts'
import type {Paint} from '../style.ts'
import {releaseStyle} from './palette.ts'
import {doingNow} from './words.ts'

/** A release on its way to the traffic, as far as it has come. */
export interface Attempt {
  release: ReleaseName
  startedMs: number
  stages: readonly {stage: Stage; gate?: string; job?: string; startedMs: number}[]
  /** running build steps, oldest first, each with its last line of output */
  steps: ReadonlyMap<string, string>
}

const shownSteps = 4

/** What an event makes of the attempt under way; undefined: none is. */
export const follow = (attempt: Attempt | undefined, event: LifecycleEvent): Attempt | undefined => {
  if (event.type === 'stage') return enter(attempt, event, Date.parse(event.time))
  const about = 'release' in event ? (event.release ?? attempt?.release) : undefined
  if (attempt === undefined || about !== attempt.release) return attempt
  if (event.type === 'step') return {...attempt, steps: stepsAfter(attempt.steps, event.step)}
  const ended = event.type === 'live' || event.type === 'superseded' || event.type === 'rejected'
  return ended ? undefined : attempt
}

const enter = (
  attempt: Attempt | undefined,
  {release, stage, gate, job}: Extract<LifecycleEvent, {type: 'stage'}>,
  nowMs: number,
) => {
  if (stage === 'drain' || stage === 'retire') return attempt
  const begun = attempt?.release === release ? attempt : begin(release, nowMs)
  return {
    ...begun,
    stages: [...begun.stages, {stage, ...(gate ? {gate} : {}), ...(job ? {job} : {}), startedMs: nowMs}],
    steps: new Map<string, string>(),
  }
}

const begin = (release: ReleaseName, startedMs: number): Attempt => ({release, startedMs, stages: [], steps: new Map()})

const stepsAfter = (
  steps: ReadonlyMap<string, string>,
  {name, status, output}: BuildStep,
): ReadonlyMap<string, string> => {
  const after = new Map(steps)
  if (status === 'done' || status === 'cached' || status === 'failed') after.delete(name)
  else after.set(name, output.at(-1) ?? after.get(name) ?? '')
  return after
}

/** The attempt as lines: what is done with its time, what goes on now, and of a build the steps that run. */
export const drawing = (
  {release, startedMs, stages, steps}: Attempt,
  nowMs: number,
  spinner: string,
  paint: Paint,
): string[] => {
  const parts = stages.map((one, index) => {
    const next = stages[index + 1]
    if (next === undefined) return doingNow(one)
    return paint('dim', `${one.gate ?? one.job ?? one.stage} ${duration(next.startedMs - one.startedMs)},`)
  })
  const head = `${spinner} ${paint(releaseStyle(release), release)} ${parts.join(' ')} ${paint('dim', `(${duration(nowMs - startedMs)})`)}`
  const running = [...steps].slice(-shownSteps)
  return [head, ...running.map(([name, output]) => paint('dim', `    ${name}${output === '' ? '' : `  ${output}`}`))]
}
