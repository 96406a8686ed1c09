import {Args} from '@oclif/core'

import {VolumeCommand, yesFlag} from '../../terminal/volume-command.ts'

export default class VolumeRm extends VolumeCommand {
  static override summary = 'Remove a volume, or a snapshot of it: what it holds is gone then.'
  static override description =
    'One that a container uses is not removed. Snapshots of a removed volume stay, and can be restored.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> db-data@before-migration',
    '<%= config.bin %> <%= command.id %> db-data --yes',
  ]

  static override args = {
    volume: Args.string({
      ignoreStdin: true,
      required: true,
      description: 'As `imm volume ls` names it: `db-data`, `db-data@SNAPSHOT`.',
    }),
  }

  static override flags = yesFlag

  async run(): Promise<void> {
    const {args, flags} = await this.parse(VolumeRm)
    const {removeVolumeOrSnapshot} = await import('../../wiring/volumes.ts')
    const done = await this.work(flags, async (options) => removeVolumeOrSnapshot(args.volume, options, this.signal))
    this.result({type: 'removed', time: new Date().toISOString(), ...done})
    this.say(`Removed ${args.volume}.`)
  }
}
