import {z} from 'zod'

import {duration, share} from './scalars.ts'

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
    errors: share('expected a share of requests such as 1% or 0.01')
      .optional()
      .meta({
        description:
          'By how much its share of failed requests (answers 5xx, no answer) may be above the one of the live release.',
        examples: ['1%', 0.01],
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

const parts = z
  .strictObject(
    {
      rolling: rolling
        .optional()
        .meta({description: 'Some replicas at a time.', examples: [{surge: 1, unavailable: 0}]}),
      canary: canary.optional().meta({
        description: 'A small share of the clients first, and more where it does no worse.',
        examples: [{steps: [{weight: 5, time: '30s'}]}],
      }),
    },
    {error: strategyExpected},
  )
  .refine((given) => (given.rolling === undefined) !== (given.canary === undefined), {error: strategyExpected})
  .meta({anyOf: [{required: ['rolling']}, {required: ['canary']}], not: {required: ['rolling', 'canary']}})

/** One kind with its settings, or the kind alone. */
export const strategy = z.union(
  [
    z
      .enum(strategyKinds, {error: strategyExpected})
      .transform((kind): FileStrategy => ({kind, rolling: undefined, canary: undefined})),
    parts.transform(({rolling: some, canary: few}): FileStrategy => ({
      kind: some ? 'rolling' : 'canary',
      rolling: some,
      canary: few,
    })),
  ],
  {error: strategyExpected},
)

export interface FileStrategy {
  kind: (typeof strategyKinds)[number]
  rolling: z.output<typeof rolling> | undefined
  canary: z.output<typeof canary> | undefined
}
