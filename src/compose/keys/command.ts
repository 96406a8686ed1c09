import {z} from 'zod'

import {shellWords} from '../shell-words.ts'
import {word} from './scalars.ts'

const expected = 'expected a command as a text or a list'

/** An empty one clears what the image says; null leaves it. */
export const command = z.union(
  [
    z.string().transform((line, context) => {
      const split = shellWords(line)
      if (split === undefined) context.addIssue({code: 'custom', message: 'a quote is not closed'})
      return split ?? []
    }),
    z.array(word),
    z.null(),
  ],
  {error: expected},
)

/** Of a healthcheck: with its kind in front, as the engine takes it. */
export const healthTest = z
  .union([z.string(), z.array(word)], {error: expected})
  .transform((value) => (typeof value === 'string' ? ['CMD-SHELL', value] : value))
  .refine((value) => value.length === 0 || ['NONE', 'CMD', 'CMD-SHELL'].includes(value[0] ?? ''), {
    error: 'a list begins with NONE, CMD or CMD-SHELL',
  })
