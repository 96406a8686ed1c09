import {z} from 'zod'

import {durationPattern, parseDuration} from '../duration.ts'

const day = 24 * 3_600_000

export const duration = (atLeastMs: number, atMostMs = day) =>
  z
    .string({
      error: ({input}) =>
        typeof input === 'number'
          ? `expected a duration with its unit, such as ${input}s or ${input}ms`
          : 'expected a duration such as 10s',
    })
    .regex(durationPattern, {error: 'expected a duration such as 10s'})
    .transform((text) => parseDuration(text) ?? 0)
    .refine((ms) => ms >= atLeastMs, {error: 'expected a duration above zero'})
    .refine((ms) => ms <= atMostMs, {error: `expected a duration of at most ${atMostMs / 3_600_000}h`})

/** `2%` or 0.02, as 0 to 1. */
export const share = (expected: string) =>
  z.union(
    [
      z.number({error: expected}).min(0, {error: expected}).max(1, {error: expected}),
      z
        .string({error: expected})
        .regex(/^(100|[1-9]?\d)(\.\d+)?%$/, {error: expected})
        .transform((percent) => Number.parseFloat(percent) / 100),
    ],
    {error: expected},
  )

export const text = (expected: string) => z.string({error: expected}).min(1, {error: expected})

export const oneOrMany = <T extends z.ZodType<string, string>>(item: T, expected: string) =>
  z
    .union([item, z.array(item, {error: expected})], {error: expected})
    .transform((value): string[] => (typeof value === 'string' ? [value] : value))

const containerPathExpected = 'expected an absolute path in the container such as /data'
export const containerPath = z
  .string({error: containerPathExpected})
  .regex(/^\/[^:]*[^:/]\/?$/, {error: containerPathExpected})
  .transform((path) => path.replace(/\/$/, ''))
