import type {FileSource, MountedFile} from '../config/settings.ts'
import {ImmError, type ErrorDetail} from '../errors.ts'

/** Names a secret and where it comes from, and never what it is. */
export const unavailable = (
  {kind, name, source}: Pick<MountedFile, 'kind' | 'name' | 'source'>,
  why: string,
  detail: ErrorDetail = {},
): ImmError => new ImmError('SECRET_UNAVAILABLE', `${kind} ${name} (${originOf(source)}): ${why}`, detail)

const originOf = (source: FileSource): string => {
  switch (source.kind) {
    case 'file':
      return `file ${source.path}`
    case 'environment':
      return `variable ${source.variable}`
    case 'command':
      // Its arguments may hold what it asks a password manager by.
      return `output of ${source.command[0] ?? 'no command'}`
    case 'content':
      return 'its content'
  }
  return source satisfies never
}
