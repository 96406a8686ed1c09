import {z} from 'zod'

import {splitCommand} from '../command-line.ts'

const commandExpected = 'expected a command or a list of words'
export const command = z.union(
  [
    z.string().transform((line, context) => {
      const split = splitCommand(line)
      if ('words' in split) return split.words
      context.addIssue({code: 'custom', message: split.mistake})
      return z.NEVER
    }),
    z
      .array(z.string({error: 'expected a text'}), {error: commandExpected})
      .min(1, {error: 'expected at least one word'}),
  ],
  {error: commandExpected},
)
