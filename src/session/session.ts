import {createHash} from 'node:crypto'
import path from 'node:path'

import type {AppId, ReleaseName, ReleaseRef} from '../release/identity.ts'

/** What a running `imm dev` tells other imm commands about itself. */
export interface SessionState extends AppId {
  pid: number
  /** absolute path of the project */
  directory: string
  /** ISO 8601 */
  startedAt: string
  url: string | undefined
  live: ReleaseName | undefined
  /** what a rollback holds it at */
  pinned: ReleaseName | undefined
  /** most that the app may hold on disk beyond what must stay */
  budgetBytes: number | undefined
  underWay: ReleaseName | undefined
  /** what takes over the traffic in steps */
  takingOver: TakingOver | undefined
  /** the last attempt, where it was rejected: the latest save is not what runs */
  rejected: Rejection | undefined
}

export interface TakingOver {
  release: ReleaseName
  /** `canary`, `rolling`, ... */
  strategy: string
  /** its share of the clients, 0 to 1 */
  weight: number
  /** counted from 1; 0 before the first */
  step: number
  /** steps that there are, where that is known */
  of: number | undefined
}

/** What a person may decide about a release that takes over. */
export type Decision = 'promote' | 'abort'

export interface Rejection {
  /** undefined where it went no further than reading the project */
  release: ReleaseName | undefined
  stage: string
  code: string
  message: string
}

/** Which release to go back to: that one, so many before the live one, or the one that is warm. */
export type WantedRelease = ReleaseRef | {back: number} | undefined

export interface RollbackAnswer {
  release: ReleaseName
  /** in words: what of it is not as it was */
  notes: readonly string[]
}

/** What a running `imm dev` does when another imm command asks. */
export interface Session {
  state(): SessionState
  rollback(wanted: WantedRelease): Promise<RollbackAnswer>
  /** Releases what is there now; the release that it was pinned to. */
  unpin(): Promise<ReleaseName | undefined>
  /** Ends what is taking over: it is live, or given up, when this resolves. */
  decide(decision: Decision): Promise<ReleaseName>
  /** Somebody runs a command in one of its containers by hand. */
  touched(touched: TouchedRelease): void
  /** Ends `imm dev` as `q` does; resolves at once. */
  quit(): void
}

export interface TouchedRelease {
  release: ReleaseName
  /** `anna@laptop` */
  by: string
  command: string
}

const prefix = 'session-'

/** One socket per app and environment. Its name is a digest: a socket's path must be short, and three slugs are not. */
export const sessionSocket = (runtime: string, {project, environment, app}: AppId): string => {
  const digest = createHash('sha256').update([project, environment, app].join('/')).digest('hex').slice(0, 16)
  return path.join(runtime, `${prefix}${digest}.sock`)
}

export const isSessionSocket = (name: string): boolean => name.startsWith(prefix) && name.endsWith('.sock')
