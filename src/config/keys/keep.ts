import {z} from 'zod'

import {parseSize, sizePattern} from '../size.ts'

const warmExpected = 'expected a number of releases such as 1'
export const warm = z.int({error: warmExpected}).min(0, {error: warmExpected})
const imagesExpected = 'expected a number of images such as 10'
const diskExpected = 'expected a size such as 5g'
export const keep = z.strictObject(
  {
    warm: warm
      .optional()
      .meta({description: 'Previous releases kept paused, ready to take the traffic back.', examples: [1]}),
    stopped: warm.optional().meta({
      description: 'Releases before those whose containers are kept stopped, with the settings that they had.',
      examples: [3],
    }),
    images: z
      .int({error: imagesExpected})
      .min(1, {error: imagesExpected})
      .optional()
      .meta({description: "Images kept for rollback, the live release's included.", examples: [10]}),
    disk: z
      .string({error: diskExpected})
      .regex(sizePattern, {error: diskExpected})
      .transform((size) => parseSize(size) ?? 0)
      .optional()
      .meta({
        description: 'Most that images and stopped containers of the app may hold beyond what must stay.',
        examples: ['5g', '500m'],
      }),
  },
  {error: 'expected a number of releases or {warm, stopped, images, disk}'},
)
