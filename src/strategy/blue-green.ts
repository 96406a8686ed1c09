import type {Situation, Step} from './step.ts'

/** All replicas beside the old ones, then all of the traffic in one step. */
export const blueGreen = ({replicas, candidate}: Situation): Step =>
  candidate < replicas ? {do: 'start', replicas: replicas - candidate} : {do: 'promote'}
