import {z} from 'zod'

const expected = 'expected a port from 1 to 65535, or none'

/** 0: none */
export const port = z.union(
  [
    z.int({error: expected}).min(1, {error: expected}).max(65_535, {error: expected}),
    z.literal('none', {error: expected}).transform(() => 0),
  ],
  {error: expected},
)
