import path from 'node:path'

import {Args, Flags} from '@oclif/core'

import {releaseArgument} from '../terminal/arguments.ts'
import {ImmCommand} from '../terminal/command.ts'

export default class Rollback extends ImmCommand {
  static override summary = 'Give the traffic back to an earlier release.'
  static override description =
    'Without a release: to the one before. It is kept warm, so this takes a fraction of a second; an older one is started from its image and proved healthy first. The next save releases as usual.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> r12-3fa9c1e']

  static override args = {
    release: Args.string({description: 'Release as `imm status` shows it.'}),
  }

  static override flags = {
    environment: Flags.string({char: 'e', default: 'main', description: 'Environment to roll back.'}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(Rollback)
    const startedMs = performance.now()
    const {runRollback} = await import('../wiring/rollback.ts')
    const where = {directory: path.resolve('.'), environment: flags.environment, flags: {}}
    const {release, environment} = await runRollback(where, releaseArgument(args.release), () => {}, this.signal)
    const ms = Math.round(performance.now() - startedMs)
    this.result({type: 'rollback', time: new Date().toISOString(), environment, release, ms})
    this.say(`${release} has the traffic again (${ms} ms). The next save releases as usual.`)
  }
}
