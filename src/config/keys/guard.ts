import {z} from 'zod'

import {duration, share} from './scalars.ts'

const errorsExpected = 'expected a share of requests such as 2% or 0.02'
const latencyExpected = 'expected a factor such as 3'
const minRequestsExpected = 'expected a number of requests such as 20'

export const guardWindow = duration(1)
export const guardExpected = 'expected false, a duration such as 10s, or {window, errors, latency, minRequests}'
export const guard = z.strictObject(
  {
    window: guardWindow
      .optional()
      .meta({description: 'How long a release is watched after it got the traffic.', examples: ['10s', '1m']}),
    errors: share(errorsExpected)
      .optional()
      .meta({
        description:
          'By how much its share of failed requests (answers 5xx, no answer) may be above the one of the release before.',
        examples: ['2%', 0.02],
      }),
    latency: z
      .number({error: latencyExpected})
      .min(1, {error: latencyExpected})
      .optional()
      .meta({
        description: 'How many times as long its p95 may be as the one of the release before.',
        examples: [3],
      }),
    minRequests: z
      .int({error: minRequestsExpected})
      .min(1, {error: minRequestsExpected})
      .optional()
      .meta({description: 'Fewer requests than these prove nothing.', examples: [20]}),
  },
  {error: guardExpected},
)
