import {Flags} from '@oclif/core'

import {whereOf} from '../../terminal/environment-flags.ts'
import {columnsOf} from '../../terminal/formats.ts'
import {VolumeCommand} from '../../terminal/volume-command.ts'
import {volumesText} from '../../terminal/volumes-text.ts'

export default class VolumeLs extends VolumeCommand {
  static override summary = 'List the volumes of an environment, who uses them, and their snapshots.'
  static override description =
    'By the names that the Compose file or imm.yaml has for them; one that is an app’s own has the app in front where it has to be told apart. Sizes take the engine a while, and come with --size.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --size',
    '<%= config.bin %> <%= command.id %> --environment preview --json',
  ]

  static override flags = {
    size: Flags.boolean({char: 's', description: 'How much they hold, too.'}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(VolumeLs)
    const {listVolumes} = await import('../../wiring/volumes.ts')
    const volumes = await listVolumes(whereOf(flags), flags.size, this.signal)
    for (const volume of volumes) this.result({type: 'volume', ...volume})
    this.say(
      volumes.length === 0
        ? `There are no volumes in environment ${flags.environment}.`
        : volumesText(volumes, flags.size, Date.now(), columnsOf(this.people)),
    )
  }
}
