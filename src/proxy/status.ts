import type {ReleaseCounts, RouteState} from '../lifecycle/ports.ts'

/** Version of the paths and records on the control socket. */
export const apiVersion = 4

export interface RouteStatus extends RouteState {
  requests: number
  /** answered by the proxy with 502 or 503, or broken off */
  failed: number
  inFlight: number
  /** waiting for a live release */
  held: number
  /** newest first */
  releases: readonly ReleaseStatus[]
}

export interface ReleaseStatus extends ReleaseCounts {
  /** to all of its containers, without upgraded ones; `idle` ones are kept for the next request */
  connections: {busy: number; idle: number}
}

export interface HttpsStatus {
  /** where it is spoken, once it is on */
  port: number
  /** a store of this machine has the authority: links are https */
  trusted: boolean
  /** when the authority ends, epoch ms; undefined while https is off */
  untilMs: number | undefined
  /** the same of a certificate that was given */
  givenUntilMs?: number | undefined
}

export interface ProxyStatus {
  /** of imm */
  version: string
  apiVersion: number
  pid: number
  /** epoch ms */
  startedMs: number
  port: number
  addresses: readonly string[]
  https: HttpsStatus
  /** how it is reached beyond this machine */
  sharing?: {domain: string | undefined; open: boolean} | undefined
  routes: readonly RouteStatus[]
}
