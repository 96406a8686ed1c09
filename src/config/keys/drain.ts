import {z} from 'zod'

import {duration} from './scalars.ts'

const fateExpected = 'expected wait or close'
const fate = z.enum(['wait', 'close'], {error: fateExpected})

export const drainTime = duration(0)
export const drainExpected = 'expected a duration such as 10s, or {time, websocket, events}'
export const drain = z.strictObject(
  {
    time: drainTime.optional().meta({
      description: 'How long requests of a replaced release may take to end before they are cut.',
      examples: ['10s', '0s'],
    }),
    websocket: fate.optional().meta({
      description:
        'What becomes of WebSockets. wait: they may go on as requests may; close: they are closed with 1012, so that their clients connect to the new release.',
      examples: ['close'],
    }),
    events: fate.optional().meta({
      description:
        'What becomes of event streams. wait: they may go on as requests may; close: they end after a message, so that their clients ask the new release.',
      examples: ['close'],
    }),
  },
  {error: drainExpected},
)
