import {z} from 'zod'

import {parseSize, sizePattern} from '../size.ts'
import {command} from './command.ts'
import {duration, oneOrMany, text} from './scalars.ts'
import {variables} from './variables.ts'

const year = 366 * 24 * 3_600_000
const time = z.union([z.literal('never'), duration(1, year)], {error: 'expected a duration such as 30m, or never'})

const branchExpected = 'expected a branch or a pattern such as feature/*'
const branch = z.string({error: branchExpected}).regex(/^!?[^!\s]\S*$/, {error: branchExpected})

const runningExpected = 'expected a number of previews from 1 to 10000'
const parallelExpected = 'expected a number from 1 to 64'
const memoryExpected = 'expected a size such as 4g'

export const previewsMax = z.strictObject(
  {
    running: z
      .int({error: runningExpected})
      .min(1, {error: runningExpected})
      .max(10_000, {error: runningExpected})
      .optional()
      .meta({
        description: 'Previews that are awake at the same time. Beyond it the least recently used sleep.',
        examples: [10],
      }),
    memory: z
      .string({error: memoryExpected})
      .regex(sizePattern, {error: memoryExpected})
      .transform((size) => parseSize(size) ?? 0)
      .optional()
      .meta({
        description: 'Memory that all of them may use together. Beyond it the least recently used sleep.',
        examples: ['4g'],
      }),
  },
  {error: 'expected {running, memory}'},
)

const seedExpected = 'expected {volume}, {directory} or {command}'
const seed = z.union(
  [
    z.strictObject({volume: text('expected the name of a volume')}, {error: seedExpected}),
    z.strictObject({directory: text('expected the path of a directory')}, {error: seedExpected}),
    z.strictObject({command}, {error: seedExpected}),
  ],
  {error: seedExpected},
)

export const previewsHooks = z.strictObject(
  {
    created: command.optional().meta({
      description: 'Runs once a preview has its first live release.',
      examples: ['./scripts/announce.sh'],
    }),
    updated: command.optional().meta({
      description: 'Runs once another commit of it is live.',
      examples: [['sh', '-c', 'echo "$IMM_ENVIRONMENT is at $IMM_COMMIT"']],
    }),
    woken: command.optional().meta({description: 'Runs once it is awake again.', examples: ['./scripts/woken.sh']}),
    asleep: command.optional().meta({description: 'Runs once it sleeps.', examples: ['./scripts/asleep.sh']}),
    removed: command.optional().meta({description: 'Runs once it is removed.', examples: ['./scripts/removed.sh']}),
  },
  {error: 'expected {created, updated, woken, asleep, removed}'},
)

export const previews = z.strictObject(
  {
    branches: oneOrMany(branch, 'expected a pattern or a list of patterns')
      .optional()
      .meta({
        description:
          'Which branches get a preview. * matches any text, / included; ! takes out; the last pattern that matches decides.',
        examples: [['*', '!main', '!wip/*'], 'feature/*'],
      }),
    pulls: z
      .boolean({error: 'expected true or false'})
      .optional()
      .meta({description: 'Pull requests of a remote get one, too.', examples: [true]}),
    env: variables('expected a map or a list of KEY=VALUE')
      .optional()
      .meta({
        description: 'Variables that all apps of a preview get over their own.',
        examples: [{LOG_LEVEL: 'debug'}],
      }),
    envFile: oneOrMany(text('expected the path of a file'), 'expected a path or a list of paths')
      .optional()
      .meta({
        description: 'Files of such variables; .imm/preview.env where it is there. env wins over them.',
        examples: ['.imm/preview.env'],
      }),
    pause: time.optional().meta({
      description: 'Time without a request after which its containers are paused.',
      examples: ['5m', 'never'],
    }),
    idle: time.optional().meta({
      description: 'Time without a request after which its containers are stopped.',
      examples: ['30m', 'never'],
    }),
    ttl: time.optional().meta({
      description: 'Time without a request after which it is removed, if it is not pinned.',
      examples: ['168h', 'never'],
    }),
    max: previewsMax.optional().meta({
      description: 'Limits of what is awake at the same time.',
      examples: [{running: 10, memory: '4g'}],
    }),
    parallel: z
      .int({error: parallelExpected})
      .min(1, {error: parallelExpected})
      .max(64, {error: parallelExpected})
      .optional()
      .meta({description: 'Previews that are brought up at the same time.', examples: [2]}),
    seed: z
      .record(z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_.\-/]*$/, {error: 'expected a volume name'}), seed, {
        error: 'expected a map of volumes',
      })
      .optional()
      .meta({
        description: 'What volumes of a preview hold at first, before anything starts.',
        examples: [{data: {volume: 'data'}, uploads: {directory: 'fixtures/uploads'}}],
      }),
    hooks: previewsHooks.optional().meta({
      description: 'Programs that run on this machine when something becomes of a preview.',
      examples: [{created: './scripts/announce.sh'}],
    }),
    access: z
      .enum(['open', 'login'], {error: 'expected open or login'})
      .optional()
      .meta({description: 'login: nothing of a preview is reached without one.', examples: ['login']}),
  },
  {error: 'expected a map of settings'},
)
