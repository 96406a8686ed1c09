import {z} from 'zod'

const ms = z.number().nonnegative()
const limit = z.number().positive().optional()
const words = z.array(z.string()).min(1).optional()

/** The file of a preview. Keys of a newer imm are left out, and nobody minds. */
export const previewRecord = z.object({
  /** slug */
  project: z.string().min(1),
  /** slug */
  environment: z.string().min(1),
  /** refs/heads/feature/x, refs/tags/v1, refs/pull/7/head, or a commit */
  ref: z.string().min(1),
  /** feature/x */
  name: z.string().min(1),
  kind: z.enum(['branch', 'tag', 'pull', 'commit', 'worktree']),
  commit: z.string().min(1),
  author: z.string(),
  subject: z.string(),
  committedMs: ms,
  /** its git directory, absolute */
  repository: z.string().min(1),
  /** without credentials */
  origin: z.string().optional(),
  /** of the project in it, with slashes; undefined: its root */
  subdirectory: z.string().min(1).optional(),
  /** of the checkout, absolute */
  directory: z.string().min(1),
  createdMs: ms,
  updatedMs: ms,
  pinned: z.boolean(),
  /** slugs */
  apps: z.array(z.string()),
  /** the last attempt */
  tried: z
    .object({
      commit: z.string(),
      outcome: z.enum(['live', 'rejected']),
      /** of the settings that it was tried with */
      settings: z.string().optional(),
      code: z.string().optional(),
      message: z.string().optional(),
    })
    .optional(),
  rest: z.object({pauseMs: limit, idleMs: limit, ttlMs: limit, running: limit, memoryBytes: limit}),
  resting: z.enum(['awake', 'paused', 'asleep']),
  /** the last request that is known */
  usedMs: ms,
  hooks: z.object({created: words, updated: words, woken: words, asleep: words, removed: words}),
  access: z.enum(['open', 'login']),
})
