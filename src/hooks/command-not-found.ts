import type {Hook} from '@oclif/core'

import {ImmError} from '../errors.ts'
import {didYouMean} from '../terminal/did-you-mean.ts'
import {failureJson, failureOf, failureText} from '../terminal/failure.ts'
import {painter} from '../terminal/style.ts'

/** A command that imm doesn't have is wrong usage like any other: same words, same exit code. */
const commandNotFound: Hook.CommandNotFound = async function ({id, argv, config}) {
  const typed = id.replaceAll(':', ' ')
  const known = config.commands.filter(({hidden}) => !hidden).map((command) => command.id.replaceAll(':', ' '))
  // What follows may be arguments.
  const words = typed.split(' ')
  const hints = words.map((_, index) =>
    didYouMean(words.slice(0, words.length - index).join(' '), known, (command) => `imm ${command}`),
  )
  const next = `${hints.find((hint) => hint !== '') ?? ''}\`imm --help\` lists the commands.`
  const error = new ImmError('USAGE', `there is no command \`${typed}\``, {next})
  const failure = failureOf(error, '')
  if (argv?.includes('--json')) process.stdout.write(`${JSON.stringify(failureJson(failure))}\n`)
  process.stderr.write(failureText(failure, painter(process.stderr)))
  this.exit(failure.exitCode)
}

export default commandNotFound
