import {Args} from '@oclif/core'

import {bytes} from '../../terminal/formats.ts'
import {backupFlag, VolumeCommand, yesFlag} from '../../terminal/volume-command.ts'

export default class VolumeRestore extends VolumeCommand {
  static override summary = 'Make a volume what it was when a snapshot was taken.'
  static override description =
    'What uses it is stopped, the volume is made anew and filled from the snapshot, and everything is started again, by `imm dev` where it runs. What the volume held is kept as a snapshot before, unless --no-backup says otherwise. A dump is read by the service’s command `x-imm: {snapshot: {restore: ...}}`.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> db-data before-migration',
    '<%= config.bin %> <%= command.id %> db-data before-migration --yes --no-backup',
  ]

  static override args = {
    volume: Args.string({ignoreStdin: true, required: true, description: 'As `imm volume ls` names it.'}),
    snapshot: Args.string({ignoreStdin: true, required: true, description: 'Name of the snapshot.'}),
  }

  static override flags = {...yesFlag, ...backupFlag}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(VolumeRestore)
    const {restoreVolume} = await import('../../wiring/volumes.ts')
    const done = await this.work(flags, async (options) =>
      restoreVolume(args.volume, args.snapshot, flags.backup, options, this.signal),
    )
    this.result({type: 'restored', time: new Date().toISOString(), ...done, snapshot: args.snapshot})
    this.say(`Restored ${done.volume} from ${args.snapshot}: ${bytes(done.bytes)}.`)
    if (done.backup !== undefined) this.say(`What it held before: imm volume restore ${done.volume} ${done.backup}`)
  }
}
