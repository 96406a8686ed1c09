import {z} from 'zod'

import {duration, share} from './scalars.ts'

const mirrorExpected = 'expected true, false or {share, time, requests, reject}'
const requestsExpected = 'expected a number of requests such as 100'

export const mirrorParts = z.strictObject(
  {
    share: share('expected a share of requests such as 50% or 0.5')
      .optional()
      .meta({description: 'Share of the GET and HEAD requests that are copied.', examples: ['50%', 0.5]}),
    time: duration(1)
      .optional()
      .meta({description: 'How long the new release gets copies before its first client.', examples: ['5s']}),
    requests: z
      .int({error: requestsExpected})
      .min(1, {error: requestsExpected})
      .optional()
      .meta({description: 'Compared answers that are enough, before the time is over.', examples: [100]}),
    reject: z
      .boolean({error: 'expected true or false'})
      .optional()
      .meta({description: 'A release with an answer that differs is rejected.', examples: [true]}),
  },
  {error: mirrorExpected},
)

export const mirror = z.union([z.boolean({error: mirrorExpected}), mirrorParts], {error: mirrorExpected})
