import type {Loaded} from '../config/load.ts'
import {withPreviewEnv} from '../config/previews.ts'
import type {Settings} from '../config/settings.ts'
import {ImmError} from '../errors.ts'
import type {Ended} from '../lifecycle/once.ts'
import type {Seedable} from '../lifecycle/volumes/seed-target.ts'
import type {Project} from '../lifecycle/world.ts'
import type {AppId, EnvironmentId} from '../release/identity.ts'
import {aborted} from './end-after.ts'
import type {Where} from './identify.ts'
import {projectOf} from './project.ts'

/** One attempt at a commit that was checked out: what `imm dev` does of a project, once, and what is live is left to run. */
export interface Attempt {
  /** nobody asks the checkout, whose directory has another name in each environment */
  project: string
  /** refs/heads/feature/x, for the containers' labels */
  ref: string
  commit: string
  /** undefined: it is of no branch */
  branch: string | undefined
  /** over those of every app */
  variables: Readonly<Record<string, string>>
  /** nothing of it is reached without one */
  login: boolean
  /** Once every app is held, and before anything starts. */
  prepare: (id: EnvironmentId, application: Seedable, signal: AbortSignal) => Promise<void>
  onOver: (app: AppId, how: Ended) => void
}

/** What has no preview of its own to go back to is not kept: another commit is brought up as fast. */
export const settingsOf = (settings: Settings, {variables}: Attempt): Settings => {
  const own = withPreviewEnv(settings, variables)
  return {...own, keep: {...own.keep, warm: 0, stopped: 0}}
}

/** A project that never changes, and is of no working tree. */
export const projectOfAttempt = (loaded: Loaded, where: Where, attempt: Attempt): Project => {
  const project = projectOf(loaded, where)
  const {commit, branch} = attempt
  const {source} = project
  return {
    ...project,
    source: {
      ...source,
      changes: never,
    },
    revision: async () => commit,
    checkout: async () => ({commit, branch, dirty: false}),
  }
}

// oxlint-disable-next-line require-yield -- there is no change, and that is waited for
const never: Project['source']['changes'] = async function* (signal) {
  await aborted(signal)
}

/** Why it is not live; undefined where it is. */
export const failureOf = (how: Ended): ImmError | undefined => {
  switch (how.type) {
    case 'live':
    case 'unchanged':
      return undefined
    case 'rejected':
      return new ImmError(how.code, how.message, {next: how.next, output: how.output})
    case 'reverted':
      return new ImmError(
        'REVERTED',
        `${how.release} was reverted: ${how.evidence.map(({words}) => words).join('; ')}; ${how.to} has the traffic again`,
      )
    case 'superseded':
      return new ImmError('GENERATION_STALE', `${how.release} was overtaken by a newer release`)
  }
  return how satisfies never
}
