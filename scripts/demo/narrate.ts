import type {LifecycleEvent} from '../../src/lifecycle/events.ts'

export type Live = Extract<LifecycleEvent, {type: 'live'}>
export type Rejected = Extract<LifecycleEvent, {type: 'rejected'}>

/** Lines for people who watch. */
export const narrator = (print: (line: string) => void) => ({
  step: (number: number, title: string) => print(`\n${number}. ${title}`),
  say: (line: string) => print(`   ${line}`),
})

export type Narrator = ReturnType<typeof narrator>

export const liveLine = ({release, previous, timings}: Live): string => {
  const {detect, snapshot, build, launch, verify, flip} = timings
  const parts = Object.entries({detect, snapshot, build, launch, verify, flip}).map(
    ([stage, ms]) => `${stage} ${Math.round(ms)}`,
  )
  return `${release} is live after ${Math.round(timings.total)} ms (${parts.join(', ')})${previous ? `; ${previous} drains` : ''}`
}

export const rejectedLines = ({release, stage, code, message, output}: Rejected): string[] => [
  `${release} was rejected in ${stage} (${code}): ${message}`,
  ...output
    .filter((line) => !noise.test(line))
    .slice(-3)
    .map((line) => `  | ${line}`),
]

/** What Node prints around an error's message. */
const noise = /^\s*(?:at .*|\^*|Node\.js v.*|[{}])$/
