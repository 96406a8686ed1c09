import {z} from 'zod'

import {duration} from './scalars.ts'

const healthPathExpected = 'expected a path such as /healthz'
export const healthPath = z.string({error: healthPathExpected}).regex(/^\/\S*$/, {error: healthPathExpected})
export const healthExpected = 'expected a path such as /healthz or {path, tcp, log, up, timeout, interval}'

const logExpected = 'expected a regular expression that a line of its output matches'
const kinds = ['path', 'tcp', 'log', 'up'] as const
const pairs = kinds.flatMap((one, index) => kinds.slice(index + 1).map((other) => [one, other] as const))

export const health = z
  .strictObject(
    {
      path: healthPath
        .optional()
        .meta({description: 'A GET on it must answer with 2xx or 3xx.', examples: ['/healthz']}),
      tcp: z
        .literal(true, {error: 'expected true'})
        .optional()
        .meta({description: 'An accepted TCP connection is proof enough.', examples: [true]}),
      log: z
        .string({error: logExpected})
        .min(1, {error: logExpected})
        .refine(isExpression, {error: logExpected})
        .optional()
        .meta({description: 'A line of its output must match this regular expression.', examples: ['ready in \\d+ms']}),
      up: duration(1)
        .optional()
        .meta({description: 'It must stay up for so long.', examples: ['5s']}),
      timeout: duration(1)
        .optional()
        .meta({
          description: 'How long a release may take from its start to its first healthy answer.',
          examples: ['60s'],
        }),
      interval: duration(1)
        .optional()
        .meta({
          description: 'The longest pause between two probes; the first ones follow each other faster.',
          examples: ['250ms'],
        }),
    },
    {error: healthExpected},
  )
  .superRefine((given, context) => {
    for (const [one, other] of pairs)
      if (given[one] !== undefined && given[other] !== undefined)
        context.addIssue({code: 'custom', message: `${one} and ${other} exclude each other`})
  })
  .meta({not: {anyOf: pairs.map((required) => ({required: [...required]}))}})

function isExpression(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp
  } catch {
    return false
  }
}
