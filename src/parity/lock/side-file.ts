import {z} from 'zod'

import type {Gap} from '../facts.ts'
import {overrides, variables} from './config-file.ts'
import {imageFile} from './image-file.ts'

const words = z.array(z.string())

const runFile = z.strictObject({
  source: z.string(),
  image: z.string().optional(),
  config: overrides,
  env: variables,
  memoryBytes: z.number().optional(),
  cpus: z.number().optional(),
  pidsLimit: z.number().optional(),
  capAdd: words,
  capDrop: words,
  privileged: z.boolean(),
  noNewPrivileges: z.boolean().optional(),
  readOnlyRoot: z.boolean().optional(),
  tmpfs: words,
  mounts: z.array(
    z.strictObject({
      path: z.string(),
      kind: z.enum(['volume', 'bind', 'tmpfs', 'secret', 'config']),
      readOnly: z.boolean(),
    }),
  ),
  networks: words,
  networkMode: z.string().optional(),
  publishes: words,
  restart: z.string().optional(),
  replicas: z.number().optional(),
  stopGraceMs: z.number().optional(),
  init: z.boolean().optional(),
  others: z.record(z.string(), z.string()).optional(),
  byImm: z.array(z.enum(['init', 'no-new-privileges', 'restart', 'publishes', 'hosts'])).optional(),
})

const webFile = z.strictObject({
  url: z.string(),
  status: z.number(),
  headers: z.record(z.string(), z.string()),
  tls: z
    .strictObject({
      version: z.string(),
      cipher: z.string(),
      issuer: z.string(),
      subject: z.string(),
      validTo: z.string(),
      trusted: z.boolean(),
    })
    .optional(),
  protocol: z.string(),
})

const parts = [
  'image',
  'run',
  'web',
  'files',
  'packages',
  'runtimes',
  'dependencies',
  'base',
] as const satisfies readonly Gap['part'][]

/** A side as it is in a lock file; encodes to it and decodes from it. */
export const sideFile = z.strictObject({
  name: z.string(),
  image: imageFile.optional(),
  run: runFile.optional(),
  web: webFile.optional(),
  gaps: z.array(z.strictObject({part: z.enum(parts), reason: z.string()})),
})

export type LockedSide = z.output<typeof sideFile>
