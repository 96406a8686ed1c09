import type {Hook} from '@oclif/core'

import {ImmError} from '../errors.ts'
import {failureJson, failureOf, failureText} from '../terminal/failure.ts'
import {painter} from '../terminal/style.ts'

/** A command that imm doesn't have is wrong usage like any other: same words, same exit code. */
const commandNotFound: Hook.CommandNotFound = async function ({id, argv}) {
  const typed = id.replaceAll(':', ' ')
  const error = new ImmError('USAGE', `there is no command \`${typed}\``, {next: '`imm --help` lists the commands.'})
  const failure = failureOf(error, '')
  if (argv?.includes('--json')) process.stdout.write(`${JSON.stringify(failureJson(failure))}\n`)
  process.stderr.write(failureText(failure, painter(process.stderr)))
  this.exit(failure.exitCode)
}

export default commandNotFound
