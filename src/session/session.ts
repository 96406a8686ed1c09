import {createHash} from 'node:crypto'
import path from 'node:path'

import type {AppId, ReleaseName} from '../release/identity.ts'

/** What a running `imm dev` tells other imm commands about itself. */
export interface SessionState extends AppId {
  pid: number
  /** absolute path of the project */
  directory: string
  /** ISO 8601 */
  startedAt: string
  url: string | undefined
  live: ReleaseName | undefined
  underWay: ReleaseName | undefined
  /** the last attempt, where it was rejected: the latest save is not what runs */
  rejected: Rejection | undefined
}

export interface Rejection {
  /** undefined where it went no further than reading the project */
  release: ReleaseName | undefined
  stage: string
  code: string
  message: string
}

/** What a running `imm dev` does when another imm command asks. */
export interface Session {
  state(): SessionState
  rollback(release: ReleaseName | undefined): Promise<ReleaseName>
  /** Ends `imm dev` as `q` does; resolves at once. */
  quit(): void
}

const prefix = 'session-'

/** One socket per app and environment. Its name is a digest: a socket's path must be short, and three slugs are not. */
export const sessionSocket = (runtime: string, {project, environment, app}: AppId): string => {
  const digest = createHash('sha256').update([project, environment, app].join('/')).digest('hex').slice(0, 16)
  return path.join(runtime, `${prefix}${digest}.sock`)
}

export const isSessionSocket = (name: string): boolean => name.startsWith(prefix) && name.endsWith('.sock')
