import {Args} from '@oclif/core'

import {releaseArgument} from '../terminal/arguments.ts'
import {ImmCommand} from '../terminal/command.ts'
import {environmentFlags, whereOf} from '../terminal/environment-flags.ts'

export default class Rollback extends ImmCommand {
  static override summary = 'Give the traffic back to an earlier release.'
  static override description =
    'Without a release: to the one before. It is kept warm, so this takes a fraction of a second; an older one is started from its image and proved healthy first. Asked again, it goes forward to where it came from; name a release to go further back. The next save releases as usual.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> r12-3fa9c1e']

  static override args = {
    release: Args.string({description: 'Release as `imm releases` shows it, or its number: r12.'}),
  }

  static override flags = {
    ...environmentFlags,
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(Rollback)
    const startedMs = performance.now()
    const {runRollback} = await import('../wiring/rollback.ts')
    const where = whereOf(flags)
    const {release, environment} = await runRollback(where, releaseArgument(args.release), () => {}, this.signal)
    const ms = Math.round(performance.now() - startedMs)
    this.result({type: 'rollback', time: new Date().toISOString(), environment, release, ms})
    this.say(`${release} has the traffic again (${ms} ms). The next save releases as usual.`)
  }
}
