import {z} from 'zod'

import type {EnvVar} from '../facts.ts'
import {decodeWord, encodeWord} from './fields.ts'

/** `NODE_ENV=production`, `DB_PASSWORD secret 1a2b…`, `TOKEN from …`. */
const variable = z.codec(z.string(), z.custom<EnvVar>(), {
  decode(line, context) {
    const {
      name,
      value,
      kind,
      word = '',
    } = /^(?<name>[^\s=]+)(?:=(?<value>.*)| (?<kind>secret|from) (?<word>.*))$/s.exec(line)?.groups ?? {}
    if (name !== undefined && value !== undefined) return {name: decodeWord(name), value}
    if (name !== undefined && kind === 'secret') return {name: decodeWord(name), secret: word}
    if (name !== undefined && kind === 'from') return {name: decodeWord(name), from: word}
    context.issues.push({
      code: 'custom',
      input: line,
      message: 'expected NAME=VALUE, NAME secret DIGEST or NAME from PLACE',
    })
    return z.NEVER
  },
  encode(one) {
    const name = encodeWord(one.name).replaceAll('=', '%3D')
    if ('value' in one) return `${name}=${one.value}`
    return 'secret' in one ? `${name} secret ${one.secret}` : `${name} from ${one.from}`
  },
})

export const variables = z.array(variable)

const healthcheck = z.strictObject({
  test: z.array(z.string()),
  intervalMs: z.number().optional(),
  timeoutMs: z.number().optional(),
  startPeriodMs: z.number().optional(),
  startIntervalMs: z.number().optional(),
  retries: z.number().optional(),
})

const words = z.array(z.string())

export const configFile = z.strictObject({
  user: z.string(),
  workdir: z.string(),
  entrypoint: words,
  command: words,
  env: variables,
  ports: words,
  volumes: words,
  labels: z.record(z.string(), z.string()),
  stopSignal: z.string(),
  healthcheck: healthcheck.optional(),
})

/** What a side may say instead of its image. */
export const overrides = z.strictObject({
  user: z.string().exactOptional(),
  workdir: z.string().exactOptional(),
  entrypoint: words.exactOptional(),
  command: words.exactOptional(),
  ports: words.exactOptional(),
  volumes: words.exactOptional(),
  stopSignal: z.string().exactOptional(),
  healthcheck: healthcheck.exactOptional(),
})
