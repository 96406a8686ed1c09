import type {Limits} from './compare.ts'

/** How a release takes over from the one before: `strategy` of imm.yaml, with its defaults. */
export type StrategySettings = BlueGreenSettings | RollingSettings | CanarySettings | RecreateSettings

/** All replicas beside the old ones, then all of the traffic in one step. */
export interface BlueGreenSettings {
  kind: 'blue-green'
}

/** Some replicas at a time. */
export interface RollingSettings {
  kind: 'rolling'
  /** replicas beyond the wanted number that may run meanwhile */
  surge: number
  /** replicas below the wanted number that may be missing meanwhile; one always serves */
  unavailable: number
}

/** A small share of the clients first, and more where it does no worse than the live release. */
export interface CanarySettings {
  kind: 'canary'
  steps: readonly CanaryStep[]
  limits: Limits
  /** how much longer a step lasts while too few requests came to judge it */
  waitMs: number
}

export interface CanaryStep {
  /** share of the clients, above 0 and below 1 */
  weight: number
  timeMs: number
}

/** The old one ends before the new one begins: for what can't run twice. Requests wait meanwhile. */
export interface RecreateSettings {
  kind: 'recreate'
}

/** Copies of live requests for the candidate, whose answers are compared and thrown away. */
export interface MirrorSettings {
  /** share of the GET and HEAD requests that are copied, above 0 and up to 1 */
  share: number
  /** the phase ends after so long, or after so many compared answers */
  timeMs: number
  requests: number
  /** an answer that differs rejects the release; else it is only told */
  reject: boolean
}
