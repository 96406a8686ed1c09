import {Args, Flags} from '@oclif/core'

import {bytes} from '../../terminal/formats.ts'
import {VolumeCommand} from '../../terminal/volume-command.ts'

export default class VolumeSnapshot extends VolumeCommand {
  static override summary = 'Keep what a volume holds now.'
  static override description =
    'Containers that use it are paused meanwhile, and what is asked of them waits; where the service says `x-imm: {snapshot: {command: ...}}`, what that command prints is kept, and nothing is paused. A snapshot is a volume of its own: it stays until `imm volume rm`, or `imm down --volumes`.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> db-data',
    '<%= config.bin %> <%= command.id %> db-data --name before-migration',
  ]

  static override args = {
    volume: Args.string({ignoreStdin: true, required: true, description: 'As `imm volume ls` names it.'}),
  }

  static override flags = {
    name: Flags.string({char: 'n', description: 'Name of the snapshot; the time, where it is left out.'}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(VolumeSnapshot)
    const {snapshotVolume} = await import('../../wiring/volumes.ts')
    const done = await this.work(flags, async (options) =>
      snapshotVolume(args.volume, flags.name, options, this.signal),
    )
    this.result({type: 'snapshot', time: new Date().toISOString(), ...done})
    const {volume, snapshot} = done
    const what = snapshot.kind === 'dump' ? `a dump of ${snapshot.service}` : 'its files'
    this.say(`Kept ${volume}@${snapshot.name}: ${what}, ${bytes(snapshot.bytes)}.`)
    this.say(`Back to it: imm volume restore ${volume} ${snapshot.name}`)
  }
}
