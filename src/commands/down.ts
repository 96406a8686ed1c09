import path from 'node:path'

import {Flags} from '@oclif/core'

import {ImmCommand} from '../terminal/command.ts'

export default class Down extends ImmCommand {
  static override summary = 'Take an environment down: its imm dev, containers, images and address.'
  static override description = 'Volumes hold data and stay, unless --volumes says otherwise.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --all',
    '<%= config.bin %> <%= command.id %> --volumes   # with its data',
  ]

  static override flags = {
    environment: Flags.string({
      char: 'e',
      default: 'main',
      exclusive: ['all'],
      description: 'Environment to take down.',
    }),
    all: Flags.boolean({char: 'a', description: 'Every environment of every project.'}),
    volumes: Flags.boolean({description: 'Remove volumes, too: their data is gone then.'}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Down)
    const {takeDown} = await import('../wiring/down.ts')
    const where = flags.all ? 'all' : {directory: path.resolve('.'), environment: flags.environment, flags: {}}
    let count = 0
    await takeDown(
      where,
      flags.volumes,
      (removed) => {
        count += 1
        this.result({type: 'removed', ...removed})
        const {project, environment, containers, images, volumes, keptVolumes} = removed
        this.say(
          containers + images + volumes === 0
            ? `${project}/${environment}: there was nothing to remove.`
            : `${project}/${environment}: removed ${containers} containers, ${images} images, ${volumes} volumes.`,
        )
        if (keptVolumes.length > 0)
          this.say(`Kept, because they hold data: ${keptVolumes.join(', ')} (remove them with --volumes).`)
      },
      this.signal,
    )
    if (count === 0) this.say('There is nothing to take down.')
  }
}
