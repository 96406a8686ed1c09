import {ImmError} from '../errors.ts'
import {referredNumber, type ReleaseRef} from '../release/identity.ts'

/** A release given on the command line, `r12-3fa9c1e` or `r12`. USAGE where the text can't be one. */
export const releaseArgument = <Text extends string | undefined>(
  text: Text,
): ReleaseRef | (Text extends string ? never : undefined) => {
  if (text === undefined) return undefined as Text extends string ? never : undefined
  if (referredNumber(text) !== undefined) return text as ReleaseRef
  throw new ImmError('USAGE', `"${text}" is no release: they look like r12-3fa9c1e, or r12 for short`, {
    next: 'See `imm releases`.',
  })
}
