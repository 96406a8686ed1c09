import {z} from 'zod'

import {duration, oneOrMany, text} from './scalars.ts'

const watchPathExpected = 'expected a path inside the project such as src'
const watchPath = z
  .string({error: watchPathExpected})
  .regex(/^(?!\/)(?!(.*\/)?\.\.(\/|$)).+$/, {error: watchPathExpected})

export const watch = z.strictObject(
  {
    paths: oneOrMany(watchPath, 'expected a list of paths')
      .optional()
      .meta({
        description: 'Only changes below these paths count; without it, the whole build context.',
        examples: [['src', 'package.json']],
      }),
    ignore: oneOrMany(text('expected a pattern such as docs/**'), 'expected a list of patterns')
      .optional()
      .meta({
        description: 'Patterns in .dockerignore syntax whose changes do not count. The image still gets these files.',
        examples: [['docs', '**/*.md']],
      }),
    quiet: duration(0)
      .optional()
      .meta({description: 'How long no file may change before a save counts as settled.', examples: ['50ms']}),
    poll: z
      .boolean({error: 'expected true or false'})
      .optional()
      .meta({
        description: 'Look for changes instead of waiting for events; without it, imm finds out.',
        examples: [true],
      }),
  },
  {error: 'expected {paths, ignore, quiet, poll}'},
)
