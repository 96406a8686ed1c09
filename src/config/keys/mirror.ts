import {z} from 'zod'

import {duration} from './scalars.ts'

const mirrorExpected = 'expected true, false or {share, time, requests, reject}'
const shareExpected = 'expected a percentage above 0 and up to 100'
const requestsExpected = 'expected a number of requests such as 100'

export const mirrorParts = z.strictObject(
  {
    share: z
      .number({error: shareExpected})
      .gt(0, {error: shareExpected})
      .max(100, {error: shareExpected})
      .optional()
      .meta({description: 'Percentage of the GET and HEAD requests that are copied.', examples: [100]}),
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
