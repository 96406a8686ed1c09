import {Args} from '@oclif/core'

import {rollbackArgument, stepsAsArguments} from '../terminal/arguments.ts'
import {ImmCommand} from '../terminal/command.ts'
import {appFlags, whereOf} from '../terminal/environment-flags.ts'

export default class Rollback extends ImmCommand {
  static override summary = 'Give the traffic back to an earlier release.'
  static override description =
    'Without a release: to the one before. It is kept warm, so this takes a fraction of a second; an older one is started from its image, with the settings that it had, and proved healthy first. Asked again, it goes forward to where it came from; name a release, or how many to go back, to go further. The environment stays at it, also when imm dev is started again, until the next save or `imm unpin`.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> r12-3fa9c1e',
    '<%= config.bin %> <%= command.id %> -2   # two releases before the live one',
  ]

  static override args = {
    release: Args.string({
      ignoreStdin: true,
      description: 'Release as `imm releases` shows it, or its number: r12; or -N: so many before the live one.',
    }),
  }

  static override flags = {
    ...appFlags,
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(Rollback, stepsAsArguments(this.argv))
    const startedMs = performance.now()
    const {runRollback} = await import('../wiring/rollback.ts')
    const where = whereOf(flags)
    const {release, notes, project, environment, app} = await runRollback(
      where,
      rollbackArgument(args.release),
      () => {},
      this.signal,
    )
    const ms = Math.round(performance.now() - startedMs)
    this.result({type: 'rollback', time: new Date().toISOString(), project, environment, app, release, ms, notes})
    for (const note of notes) this.say(note)
    this.say(
      `${release} has the traffic again (${ms} ms). The next save releases as usual; \`imm unpin\` releases what is in the working tree now.`,
    )
  }
}
