import {ImmError} from '../errors.ts'

export type KeyPath = readonly (string | number)[]

/** One mistake in imm.yaml: where, and what was expected there. */
export interface Mistake {
  path: KeyPath
  message: string
}

/** `volumes[0].path`; a key that holds a whole `KEY=VALUE` is shown without its value. */
export const keyName = (path: KeyPath): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part.replace(/=.*/s, '=...')}`))
    .join('')
    .replace(/^\./, '')

/** All mistakes at once: people correct a file, not a line. */
export const configInvalid = (lines: readonly string[]): ImmError => new ImmError('CONFIG_INVALID', lines.join('\n'))
