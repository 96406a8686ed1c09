import {z} from 'zod'

import {duration} from './scalars.ts'

export const strategyKinds = ['blue-green', 'rolling', 'canary', 'recreate'] as const

const count = (least: number, expected: string) => z.int({error: expected}).min(least, {error: expected})

export const rolling = z.strictObject(
  {
    surge: count(0, 'expected a number of replicas such as 1')
      .optional()
      .meta({description: 'Replicas beyond `replicas` that may run meanwhile.', examples: [1]}),
    unavailable: count(0, 'expected a number of replicas such as 0')
      .optional()
      .meta({description: 'Replicas of `replicas` that may be missing meanwhile; one always serves.', examples: [0]}),
  },
  {error: 'expected {surge, unavailable}'},
)

const weightExpected = 'expected a percentage above 0 and below 100'
export const canaryStep = z.strictObject(
  {
    weight: z
      .number({error: weightExpected})
      .gt(0, {error: weightExpected})
      .lt(100, {error: weightExpected})
      .meta({description: 'Percentage of the clients that the new release gets.', examples: [5]}),
    time: duration(0).meta({description: 'How long this step lasts.', examples: ['30s']}),
  },
  {error: 'expected {weight, time}'},
)

const percentExpected = 'expected a percentage from 0 to 100'
export const canary = z.strictObject(
  {
    steps: z
      .array(canaryStep, {error: 'expected a list of {weight, time}'})
      .min(1, {error: 'expected at least one step'})
      .refine((steps) => steps.every(({weight}, at) => weight > (steps[at - 1]?.weight ?? 0)), {
        error: 'expected weights that rise from step to step',
      })
      .optional()
      .meta({
        description: 'Shares of the clients, one after the other; the last is followed by all of them.',
        examples: [
          [
            {weight: 5, time: '30s'},
            {weight: 50, time: '1m'},
          ],
        ],
      }),
    minRequests: count(1, 'expected a number of requests such as 50')
      .optional()
      .meta({description: 'Requests that the new release must have had in a step to be judged.', examples: [50]}),
    errors: z
      .number({error: percentExpected})
      .min(0, {error: percentExpected})
      .max(100, {error: percentExpected})
      .optional()
      .meta({
        description: 'How many more of 100 requests may fail than of the live release: answers 5xx, or none.',
        examples: [1],
      }),
    latency: z
      .number({error: 'expected a factor of at least 1'})
      .min(1, {error: 'expected a factor of at least 1'})
      .optional()
      .meta({
        description:
          "How many times the live release's p95 the time to its answers may be; 100 ms more are no difference.",
        examples: [2],
      }),
    wait: duration(0)
      .optional()
      .meta({description: 'How much longer a step lasts while it has had too few requests.', examples: ['30s']}),
  },
  {error: 'expected {steps, minRequests, errors, latency, wait}'},
)

const strategyExpected = 'expected blue-green, rolling, canary or recreate, or {rolling} or {canary} with its settings'

/** One kind with its settings, or the kind alone. */
export const strategy = z.union(
  [
    z.enum(strategyKinds, {error: strategyExpected}).transform((kind) => ({kind})),
    z.strictObject({rolling}).transform(({rolling: settings}) => ({kind: 'rolling' as const, rolling: settings})),
    z.strictObject({canary}).transform(({canary: settings}) => ({kind: 'canary' as const, canary: settings})),
  ],
  {error: strategyExpected},
)
