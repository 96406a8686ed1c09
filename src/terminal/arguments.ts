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

/** What `imm logs` is asked for: names of apps and services, or one release. USAGE for anything else. */
export const logWords = (words: readonly string[]): {release: ReleaseRef | undefined; names: readonly string[]} => {
  const [release, ...more] = words.filter((word) => referredNumber(word) !== undefined)
  if (release === undefined) return {release: undefined, names: words}
  if (more.length === 0 && words.length === 1) return {release: releaseArgument(release), names: []}
  throw new ImmError('USAGE', `of one release, or of apps and services: not of ${words.join(', ')} together`)
}

/** `-2` on the command line of `imm rollback`: two releases before the live one. */
const steps = /^-([1-9]\d{0,3})$/

export const rollbackArgument = (text: string | undefined): ReleaseRef | {back: number} | undefined => {
  const back = steps.exec(text ?? '')?.[1]
  return back === undefined ? releaseArgument(text) : {back: Number(back)}
}

/** The same command line, with `-2` where no parser takes it for a flag: behind a `--`. */
export const stepsAsArguments = (argv: readonly string[]): string[] => {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length
  const words = argv.slice(0, end)
  const found = words.filter((word) => steps.test(word))
  if (found.length === 0) return [...argv]
  return [...words.filter((word) => !steps.test(word)), '--', ...found, ...argv.slice(end + 1)]
}

/** Words of a command line that are no flags, as they were typed: oclif's own `argv` is sorted, and puts a word that is there twice elsewhere. */
export const wordsAsTyped = (raw: readonly {type: string; input: string}[]): string[] =>
  raw.filter(({type}) => type === 'arg').map(({input}) => input)
