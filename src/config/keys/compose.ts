import {z} from 'zod'

import {oneOrMany, text} from './scalars.ts'

const expected = 'expected false, the path of a Compose file, or a list of them'

export const compose = z
  .union([z.literal(false, {error: expected}), oneOrMany(text(expected), expected)], {error: expected})
  .optional()
  .meta({
    description:
      'Compose files that describe the application, relative to imm.yaml. false: the one that is there is left alone.',
    examples: [false, 'compose.dev.yaml', ['compose.yaml', 'compose.dev.yaml']],
  })

export const flip = z
  .enum(['together', 'each'], {error: 'expected together or each'})
  .optional()
  .meta({
    description:
      'Whether the apps of a Compose file get the traffic each by itself, or those that change together in one step, all or none.',
    examples: ['together'],
  })

export const apps = <T extends z.ZodType>(app: T) =>
  z
    .record(z.string(), app, {error: 'expected a map of apps'})
    .optional()
    .meta({
      description:
        'Settings of each app that a Compose file builds, by the name of its service, on top of what the file says.',
      examples: [{web: {health: '/healthz', drain: '30s'}, worker: {port: 'none', overlap: false}}],
    })
