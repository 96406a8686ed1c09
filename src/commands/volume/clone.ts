import {Args, Flags} from '@oclif/core'

import {bytes} from '../../terminal/formats.ts'
import {backupFlag, VolumeCommand, yesFlag} from '../../terminal/volume-command.ts'

export default class VolumeClone extends VolumeCommand {
  static override summary = 'Copy a volume into the same one of another environment.'
  static override description =
    'Before an environment starts for the first time, its database begins with the data of this one. What uses the volume here is paused meanwhile; what uses it there is stopped and started again.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> db-data --to preview',
    '<%= config.bin %> <%= command.id %> db-data --environment staging --to main --yes',
  ]

  static override args = {
    volume: Args.string({ignoreStdin: true, required: true, description: 'As `imm volume ls` names it.'}),
  }

  static override flags = {
    to: Flags.string({required: true, description: 'Environment that gets the copy.'}),
    ...yesFlag,
    ...backupFlag,
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(VolumeClone)
    const {cloneInto} = await import('../../wiring/volumes.ts')
    const done = await this.work(flags, async (options) =>
      cloneInto(args.volume, flags.to, flags.backup, options, this.signal),
    )
    this.result({type: 'cloned', time: new Date().toISOString(), ...done, from: flags.environment})
    this.say(
      `Volume ${done.volume} of environment ${done.environment} holds ${bytes(done.bytes)} of ${flags.environment}.`,
    )
    if (done.backup !== undefined)
      this.say(`What it held before: imm volume restore ${done.volume} ${done.backup} -e ${done.environment}`)
  }
}
