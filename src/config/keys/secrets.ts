import {z} from 'zod'

import {command} from './command.ts'
import {containerPath, text} from './scalars.ts'

const nameExpected = 'expected a name of letters, digits, _ . and -'
export const secretExpected = 'expected one of {file}, {environment} and {command}, and maybe a path'

export const secret = z
  .strictObject(
    {
      file: text('expected the path of a file').optional(),
      environment: text('expected the name of a variable').optional(),
      command: command.optional(),
      path: containerPath.optional(),
    },
    {error: secretExpected},
  )
  .refine((one) => [one.file, one.environment, one.command].filter((each) => each !== undefined).length === 1, {
    error: secretExpected,
  })

export const secretName = z.string({error: nameExpected}).regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/, {error: nameExpected})

export const secrets = z.record(secretName, secret, {error: 'expected a map of names'})
