import {ImmError} from '../errors.ts'
import {releaseNumber, type ReleaseName} from '../release/identity.ts'

/** A release given on the command line. USAGE where the text can't be one. */
export const releaseArgument = (text: string | undefined): ReleaseName | undefined => {
  if (text === undefined) return undefined
  if (releaseNumber(text) !== undefined) return text as ReleaseName
  throw new ImmError('USAGE', `"${text}" is no release: they look like r12-3fa9c1e`, {next: 'See `imm status`.'})
}
