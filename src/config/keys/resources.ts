import {z} from 'zod'

import {parseSize, sizePattern} from '../size.ts'

const memoryExpected = 'expected a size such as 512m or 1g'
// The engine's own floor: below 6 MiB it refuses to create a container.
const leastMemoryBytes = 6 * 1024 ** 2
export const resources = z.strictObject(
  {
    memory: z
      .union(
        [
          z
            .string()
            .regex(sizePattern, {error: memoryExpected})
            .transform((size) => parseSize(size) ?? 0),
          z.int({error: memoryExpected}),
        ],
        {error: memoryExpected},
      )
      .refine((bytes) => bytes >= leastMemoryBytes, {
        error: 'expected at least 6m; a number without a unit counts bytes',
      })
      .optional()
      .meta({description: 'Most memory a container may use; a bare number is bytes.', examples: ['512m', '1g']}),
    cpus: z
      .number({error: 'expected a number of CPUs such as 1.5'})
      .positive({error: 'expected a number of CPUs above zero'})
      .optional()
      .meta({description: 'Most CPUs a container may use.', examples: [1.5]}),
  },
  {error: 'expected {memory, cpus}'},
)
