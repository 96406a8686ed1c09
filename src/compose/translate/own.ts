import {z} from 'zod'

import {ImmError} from '../../errors.ts'
import type {ServiceSpec} from '../../lifecycle/services/spec.ts'
import {command} from '../keys/command.ts'
import {durationMs} from '../keys/scalars.ts'
import {problemsOf} from '../problems.ts'
import {pathName} from '../tree.ts'
import type {Translation} from './context.ts'

const ofService = z.strictObject({
  role: z.literal('service', {error: 'expected service: it has an image'}).optional(),
  snapshot: z
    .strictObject({command: command.optional(), restore: command.optional()}, {error: 'expected {command, restore}'})
    .optional(),
})

const ofJob = z.strictObject({timeout: durationMs.optional()})

/** What `x-imm` says of a backing service. COMPOSE_INVALID names what is wrong. */
export const ownOfService = (
  name: string,
  translation: Translation,
): Pick<ServiceSpec, 'snapshotCommand' | 'restoreCommand'> => {
  const {snapshot} = checked(ofService, name, translation)
  return {
    ...(snapshot?.command?.length ? {snapshotCommand: snapshot.command} : {}),
    ...(snapshot?.restore?.length ? {restoreCommand: snapshot.restore} : {}),
  }
}

/** The same of a job. */
export const ownOfJob = (name: string, translation: Translation): {timeoutMs: number | undefined} => ({
  timeoutMs: checked(ofJob, name, translation).timeout,
})

const checked = <T extends z.ZodType>(schema: T, name: string, {model, place}: Translation): z.output<T> => {
  const at = ['services', name, 'x-imm']
  const result = schema.safeParse(model.services[name]?.['x-imm'] ?? {})
  if (!result.success)
    throw new ImmError(
      'COMPOSE_INVALID',
      problemsOf(result.error.issues, at)
        .map(({path, message}) => `${place(path)}${pathName(path)}: ${message}`)
        .join('\n'),
    )
  return result.data
}
