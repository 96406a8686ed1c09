import path from 'node:path'

import {Args, Flags} from '@oclif/core'

import {wordsAsTyped} from '../../terminal/arguments.ts'
import {ImmCommand} from '../../terminal/command.ts'

export default class PreviewDown extends ImmCommand {
  static override summary = 'Take previews down, with all that is theirs alone.'
  static override description =
    'Their containers, images, networks, volumes with their data, addresses, checkouts and histories go. The repository stays as it is.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> feature/login',
    '<%= config.bin %> <%= command.id %>   # of what is checked out here',
    '<%= config.bin %> <%= command.id %> --all',
  ]

  static override strict = false
  static override args = {
    ref: Args.string({ignoreStdin: true, description: 'Of what; what is checked out here without any.'}),
  }

  static override flags = {
    all: Flags.boolean({
      char: 'a',
      description: 'All of the repository; all there are, where the directory is in none.',
    }),
  }

  async run(): Promise<void> {
    const {raw, flags} = await this.parse(PreviewDown)
    const names = wordsAsTyped(raw)
    const {takeDownPreviews} = await import('../../wiring/preview/down-several.ts')
    const count = await takeDownPreviews(
      {
        names: flags.all ? 'all' : names,
        directory: path.resolve('.'),
        onWarning: this.warning,
        onDown: ({project, environment, ref, name}) => {
          this.result({type: 'removed', project, environment, ref, name})
          this.say(`The preview of ${name} is gone.`)
        },
      },
      this.signal,
    )
    if (count === 0) this.say('There are no previews.')
  }
}
