import {z} from 'zod'

import type {Delivery} from './sender.ts'

/** What a delivery means here. What was pushed is not read from it, but from git. */
export type Notice =
  /** branches may have moved */
  | {kind: 'push'; repository: string}
  | {kind: 'pull'; repository: string; pull: PullNews}
  /** of no interest */
  | {kind: 'other'; repository: string}

export interface PullNews {
  number: number
  state: 'open' | 'closed'
  /** of the same repository, where it comes from there: it has a preview of its own */
  branch: string | undefined
  /** by the sender's clock: what comes later and is older says nothing */
  atMs: number
}

const repository = z.object({full_name: z.string().min(1)})

/** GitHub's and Gitea's, which are the same in this. */
const hub = z.object({
  repository,
  pull_request: z
    .object({
      number: z.int().positive(),
      state: z.enum(['open', 'closed']),
      updated_at: z.string(),
      // Gone with the fork that it was in.
      head: z.object({ref: z.string(), repo: repository.nullish()}),
      base: z.object({repo: repository}),
    })
    .optional(),
})

const lab = z.object({
  project: z.object({path_with_namespace: z.string().min(1)}),
  object_attributes: z
    .object({
      iid: z.int().positive(),
      state: z.enum(['opened', 'closed', 'locked', 'merged']),
      updated_at: z.string(),
      source_branch: z.string(),
      source_project_id: z.int().nullish(),
      target_project_id: z.int(),
    })
    .optional()
    // Notes, builds and issues have others.
    .catch(undefined),
})

/** Undefined where the body is not what the sender sends. */
export const noticeOf = ({sender, event}: Pick<Delivery, 'sender' | 'event'>, body: Buffer): Notice | undefined => {
  let value: unknown
  try {
    value = JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
  return sender === 'gitlab' ? ofLab(event, value) : ofHub(event, value)
}

const ofHub = (event: string, value: unknown): Notice | undefined => {
  const {data} = hub.safeParse(value)
  if (!data) return undefined
  const name = data.repository.full_name
  if (['push', 'create', 'delete'].includes(event)) return {kind: 'push', repository: name}
  // Gitea calls a push to one `pull_request_sync`.
  if (!/^pull_request(?:_sync)?$/.test(event)) return {kind: 'other', repository: name}
  const pull = data.pull_request
  const atMs = timeOf(pull?.updated_at)
  if (!pull || atMs === undefined) return undefined
  const own = pull.head.repo?.full_name === pull.base.repo.full_name
  const {number, state} = pull
  return {kind: 'pull', repository: name, pull: {number, state, branch: own ? pull.head.ref : undefined, atMs}}
}

const ofLab = (event: string, value: unknown): Notice | undefined => {
  const {data} = lab.safeParse(value)
  if (!data) return undefined
  const name = data.project.path_with_namespace
  if (['Push Hook', 'Tag Push Hook'].includes(event)) return {kind: 'push', repository: name}
  if (event !== 'Merge Request Hook') return {kind: 'other', repository: name}
  const merge = data.object_attributes
  const atMs = timeOf(merge?.updated_at)
  if (!merge || atMs === undefined) return undefined
  const own = merge.source_project_id === merge.target_project_id
  const branch = own ? merge.source_branch : undefined
  // `locked`: it is being merged.
  const state = merge.state === 'opened' || merge.state === 'locked' ? 'open' : 'closed'
  return {kind: 'pull', repository: name, pull: {number: merge.iid, state, branch, atMs}}
}

/** GitLab writes `2026-11-28 10:00:00 UTC` in some versions. */
const timeOf = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  const ms = Date.parse(text.replace(/^(\d{4}-\d\d-\d\d) ([\d:.]+) UTC$/, '$1T$2Z'))
  return Number.isNaN(ms) ? undefined : ms
}
