import {Flags} from '@oclif/core'

import {appName} from '../terminal/app-name.ts'
import {ImmCommand} from '../terminal/command.ts'
import {environmentFlags, whereOf} from '../terminal/environment-flags.ts'
import {counted} from '../terminal/formats.ts'

export default class Down extends ImmCommand {
  static override summary = 'Take an environment down: its imm dev, apps, services, networks, images and addresses.'
  static override description = 'Volumes hold data and stay, unless --volumes says otherwise.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --all',
    '<%= config.bin %> <%= command.id %> --volumes   # with its data',
  ]

  static override flags = {
    ...environmentFlags,
    all: Flags.boolean({char: 'a', exclusive: ['project'], description: 'Every environment of every project.'}),
    volumes: Flags.boolean({description: 'Remove volumes, too: their data is gone then.'}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Down)
    const {takeDown} = await import('../wiring/down.ts')
    const where = flags.all ? 'all' : whereOf(flags)
    let count = 0
    await takeDown(
      where,
      flags.volumes,
      (removed) => {
        count += 1
        this.result({type: 'removed', ...removed})
        const {containers, images, volumes, keptVolumes} = removed
        this.say(
          containers + images + volumes === 0
            ? `${appName(removed)}: there was nothing to remove.`
            : `${appName(removed)}: removed ${counted(containers, 'container')}, ${counted(images, 'image')}, ${counted(volumes, 'volume')}.`,
        )
        if (keptVolumes.length > 0)
          this.say(`Kept, because they hold data: ${keptVolumes.join(', ')} (remove them with --volumes).`)
      },
      (shared) => {
        count += 1
        this.result({type: 'removed', ...shared})
        const {project, environment, services, networks, volumes, keptNetworks, keptVolumes} = shared
        if (services + networks + volumes > 0)
          this.say(
            `${project}/${environment}: removed ${counted(services, 'service')}, ${counted(networks, 'network')}, ${counted(volumes, 'shared volume')}.`,
          )
        if (keptNetworks.length > 0)
          this.say(`Kept, because other containers are attached: ${keptNetworks.join(', ')}.`)
        if (keptVolumes.length > 0)
          this.say(`Kept, because they hold data: ${keptVolumes.join(', ')} (remove them with --volumes).`)
      },
      this.warning,
      this.signal,
    )
    if (count === 0) this.say('There is nothing to take down.')
  }
}
