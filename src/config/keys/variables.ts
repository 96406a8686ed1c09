import {z} from 'zod'

import {splitVariable, variableName} from '../split-variable.ts'

const variableEntry = /^[^=\s]+(=|$)/

/** null: taken from imm's own environment */
export const variables = (expected: string) =>
  z
    .union(
      [
        z.record(
          z.string().regex(variableName, {error: 'expected names without blanks or ='}),
          z.union([z.string(), z.number(), z.boolean(), z.null()], {error: 'expected a text, a number or a boolean'}),
          {error: expected},
        ),
        z.array(
          z.string({error: 'expected KEY=VALUE or KEY'}).regex(variableEntry, {error: 'expected KEY=VALUE or KEY'}),
          {
            error: expected,
          },
        ),
      ],
      {error: expected},
    )
    .transform((value): Record<string, string | null> =>
      Array.isArray(value)
        ? Object.fromEntries(value.map(splitVariable))
        : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, item === null ? null : String(item)])),
    )
