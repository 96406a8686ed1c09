import {z} from 'zod'

const warmExpected = 'expected a number of releases such as 1'
export const warm = z.int({error: warmExpected}).min(0, {error: warmExpected})
const imagesExpected = 'expected a number of images such as 10'
export const keep = z.strictObject(
  {
    warm: warm
      .optional()
      .meta({description: 'Previous releases kept paused, ready to take the traffic back.', examples: [1]}),
    images: z
      .int({error: imagesExpected})
      .min(1, {error: imagesExpected})
      .optional()
      .meta({description: "Images kept for rollback, the live release's included.", examples: [10]}),
  },
  {error: 'expected a number of releases or {warm, images}'},
)
