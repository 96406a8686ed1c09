import {z} from 'zod'

import {duration} from './scalars.ts'

const healthPathExpected = 'expected a path such as /healthz'
export const healthPath = z.string({error: healthPathExpected}).regex(/^\/\S*$/, {error: healthPathExpected})
export const healthExpected = 'expected a path such as /healthz or {path, tcp, timeout, interval}'
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
  .refine(({path, tcp}) => path === undefined || tcp === undefined, {error: 'path and tcp exclude each other'})
  .meta({not: {required: ['path', 'tcp']}})
