import {Errors} from '@oclif/core'

import {ImmError, isImmError} from '../errors.ts'
import {flagHint} from './did-you-mean.ts'
import {safeText} from './safe-text.ts'
import type {Paint} from './style.ts'

/** Exit codes of imm: a contract with scripts. */
export const exitCodes = {done: 0, failed: 1, difference: 2, usage: 64, bug: 70, interrupted: 130} as const

/** What a failed command tells, in words of people and of programs alike. */
export interface Failure {
  exitCode: number
  /** one of src/errors.ts, or `BUG` */
  code: string
  message: string
  next: string
  output: readonly string[]
}

/** oclif's words on one line, without its hint at the end: ours names the command. */
const withoutHint = (message: string) =>
  message
    .replace(/\nSee more help with --help$/, '')
    .replace(/^Parsing (--\S+) \n\t/, '$1: ')
    .trimEnd()

/** The error that came first: where cleaning up fails as well, `await using` puts the original under the later one. */
const firstCause = (error: unknown): unknown =>
  error instanceof SuppressedError ? firstCause(error.suppressed) : error

const bug = (error: unknown): Failure => ({
  exitCode: exitCodes.bug,
  code: 'BUG',
  message: error instanceof Error ? error.message : String(error),
  next: 'This is a mistake in imm, not in your project. Please report it with these lines, what you typed and the output of `imm doctor`.',
  output: error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [],
})

/** `command` as typed after `imm`: `proxy stop`; `flags`: names of those that it has. */
export const failureOf = (thrown: unknown, command: string, flags: readonly string[] = []): Failure => {
  const error = firstCause(thrown)
  if (error instanceof Errors.CLIError) {
    const next = `${flagHint(error, flags)}See \`imm ${command} --help\`.`
    return failureOf(new ImmError('USAGE', withoutHint(error.message), {next}), command)
  }
  if (!isImmError(error)) return bug(error)
  const {code, next, output} = error
  // oclif puts its own words around what the parser of a flag throws.
  const message = code === 'USAGE' ? withoutHint(error.message) : error.message
  const exitCode =
    code === 'USAGE' ? exitCodes.usage : code === 'INTERRUPTED' ? exitCodes.interrupted : exitCodes.failed
  return {exitCode, code, message, next, output}
}

/** The failure for people: cause, the output that shows it, next step. */
export const failureText = ({code, message, next, output}: Failure, paint: Paint): string =>
  [
    `${paint('red', `error ${code}:`)} ${safeText(message, false)}`,
    ...output.map((line) => `  ${safeText(code === 'BUG' ? line.trim() : line, true)}`),
    `${paint('bold', 'next:')} ${safeText(next, false)}`,
    '',
  ].join('\n')

/** The failure as a line of `--json`. */
export const failureJson = ({code, message, next, output}: Failure): object => ({
  type: 'error',
  time: new Date().toISOString(),
  code,
  message,
  next,
  output,
})
