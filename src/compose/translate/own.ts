import {z} from 'zod'

import {ImmError} from '../../errors.ts'
import {command} from '../keys/command.ts'
import {problemsOf} from '../problems.ts'
import {pathName} from '../tree.ts'
import type {Translation} from './context.ts'

const schema = z.strictObject({
  role: z.literal('service', {error: 'expected service: it has an image'}).optional(),
  snapshot: z.strictObject({command: command.optional()}, {error: 'expected {command}'}).optional(),
})

/** What `x-imm` says of a backing service. COMPOSE_INVALID names what is wrong. */
export const ownOfService = (
  name: string,
  {own, place}: Translation,
): {snapshotCommand: readonly string[] | undefined} => {
  const at = ['services', name, 'x-imm']
  const result = schema.safeParse(own(name))
  if (!result.success)
    throw new ImmError(
      'COMPOSE_INVALID',
      problemsOf(result.error.issues, at)
        .map(({path, message}) => `${place(path)}${pathName(path)}: ${message}`)
        .join('\n'),
    )
  return {snapshotCommand: result.data.snapshot?.command ?? undefined}
}
