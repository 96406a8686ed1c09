import {z} from 'zod'

import {command} from './command.ts'
import {duration, text} from './scalars.ts'
import {variables} from './variables.ts'

const expected = 'expected a command, or {name, command, entrypoint, env, user, workingDir, timeout}'

export const job = z.strictObject(
  {
    name: text('expected a name')
      .optional()
      .meta({description: 'What it is called where it is shown; without it, its command.', examples: ['migrate']}),
    command: command
      .optional()
      .meta({description: "In place of the image's CMD.", examples: ['npm run migrate', ['rake', 'db:migrate']]}),
    entrypoint: command
      .optional()
      .meta({description: "In place of the image's ENTRYPOINT.", examples: ['/bin/sh -c', ['tini', '--']]}),
    env: variables('expected a map or a list of KEY=VALUE')
      .optional()
      .meta({description: "Variables on top of the application's.", examples: [{LOG_LEVEL: 'debug'}]}),
    user: text('expected a user')
      .optional()
      .meta({description: "In place of the application's user.", examples: ['node']}),
    workingDir: text('expected a path')
      .optional()
      .meta({description: "In place of the image's.", examples: ['/app']}),
    timeout: duration(1)
      .optional()
      .meta({description: 'How long it may take before it is ended and the release rejected.', examples: ['10m']}),
  },
  {error: expected},
)

export const jobs = z
  .array(
    z
      .union([command.transform((words): z.output<typeof job> => ({command: words})), job], {error: expected})
      .refine((one) => one.command !== undefined || one.entrypoint !== undefined, {
        error: 'expected a command or an entrypoint',
      }),
    {error: 'expected a list of commands'},
  )
  .meta({
    description:
      'What runs to its end from the new image before a release starts, in order, once per release. One that fails rejects the release.',
    examples: [['npm run migrate'], [{name: 'migrate', command: 'rake db:migrate', timeout: '2m'}]],
  })
