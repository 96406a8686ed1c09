import {z} from 'zod'

import {text} from './scalars.ts'
import {secretName} from './secrets.ts'
import {variables} from './variables.ts'

export const buildExpected = 'expected a directory or {context, dockerfile, target, args, secrets}'
export const build = z.strictObject(
  {
    context: text('expected a directory')
      .optional()
      .meta({description: 'Directory that is sent to the engine, relative to imm.yaml.', examples: ['.', 'app']}),
    dockerfile: text('expected the path of a Dockerfile')
      .optional()
      .meta({
        description: 'Path of the Dockerfile, relative to imm.yaml; it lies in the context.',
        examples: ['Dockerfile.dev'],
      }),
    target: text('expected the name of a stage')
      .optional()
      .meta({description: 'Stage of the Dockerfile to build; without it, the last.', examples: ['runtime']}),
    args: variables('expected a map or a list of KEY=VALUE')
      .optional()
      .meta({
        description: "Build arguments. A key without a value takes it from imm's own environment.",
        examples: [{NODE_ENV: 'production'}, ['NODE_ENV=production']],
      }),
    secrets: z
      .array(secretName, {error: 'expected a list of names'})
      .optional()
      .meta({
        description: 'Names of secrets that a RUN --mount=type=secret,id=NAME may read; no image has them.',
        examples: [['npm_token']],
      }),
  },
  {error: buildExpected},
)
