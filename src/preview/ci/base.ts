import {readFile} from 'node:fs/promises'

import {z} from 'zod'

import type {Image} from '../../lifecycle/ports.ts'
import type {CiImage} from './result.ts'
import {ciSystem, type Environment} from './system.ts'

/** The branch that a job's request is to be merged into. */
export interface Base {
  ref: string
  /** of it, that the request is compared with; undefined: the system doesn't say, and git may know */
  commit: string | undefined
}

/** Undefined where the job is about no request. */
export const baseOf = async (env: Environment, signal: AbortSignal): Promise<Base | undefined> => {
  const system = ciSystem(env)
  switch (system) {
    case 'github':
      return named(env['GITHUB_BASE_REF'], await githubCommit(env['GITHUB_EVENT_PATH'], signal))
    case 'gitlab':
      return named(env['CI_MERGE_REQUEST_TARGET_BRANCH_NAME'], env['CI_MERGE_REQUEST_DIFF_BASE_SHA'])
    case 'jenkins':
      return named(env['CHANGE_TARGET'], undefined)
    case undefined:
      return undefined
    default:
      return system satisfies never
  }
}

const named = (ref: string | undefined, commit: string | undefined): Base | undefined =>
  ref ? {ref, commit: commit && /^[\da-f]{40,64}$/.test(commit) ? commit : undefined} : undefined

const event = z.object({pull_request: z.object({base: z.object({sha: z.string()})})})

/** Of the event's own text: the variables have only the branch's name. */
const githubCommit = async (file: string | undefined, signal: AbortSignal): Promise<string | undefined> => {
  if (!file) return undefined
  try {
    const text = await readFile(file, {encoding: 'utf8', signal})
    return event.parse(JSON.parse(text)).pull_request.base.sha
  } catch {
    signal.throwIfAborted()
    return undefined
  }
}

/** The newest image of an app that was made of a commit exactly. `images`: those of the app. */
export const imageOfCommit = (images: readonly Image[], commit: string): Image | undefined =>
  images
    .filter(({labels}) => labels['org.opencontainers.image.revision'] === commit)
    .toSorted((one, other) => other.createdMs - one.createdMs)[0]

export const toCiImage = ({id, sizeBytes, layers}: Image): CiImage => ({id, bytes: sizeBytes, layers})
