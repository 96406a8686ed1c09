import path from 'node:path'

import {Args, Flags} from '@oclif/core'

import {wordsAsTyped} from '../../terminal/arguments.ts'
import {ImmCommand} from '../../terminal/command.ts'

export default class PreviewDown extends ImmCommand {
  static override summary = 'Take previews down, with all that is theirs alone.'
  static override description =
    'Their containers, images, networks, volumes with their data, addresses, checkouts and histories go. The repository stays as it is. Where one can not be taken down the others are all the same, and it ends with 1.'
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
      description:
        'All of the repository, or of the project in it that the directory is in; all there are, where it is in none.',
    }),
  }

  async run(): Promise<void> {
    const {raw, flags} = await this.parse(PreviewDown)
    const names = wordsAsTyped(raw)
    const {takeDownPreviews} = await import('../../wiring/preview/down-several.ts')
    let failed = false
    const count = await takeDownPreviews(
      {
        names: flags.all ? 'all' : names,
        directory: path.resolve('.'),
        onWarning: this.warning,
        onDown: ({project, environment, ref, name}) => {
          this.result({type: 'removed', project, environment, ref, name})
          this.say(`The preview of ${name} is gone.`)
        },
        onFailed: ({project, environment, ref, name}, {code, message, next}) => {
          failed = true
          this.result({type: 'failed', project, environment, ref, name, error: {code, message, next}})
          process.stderr.write(`The preview of ${name} could not be taken down: ${message} (${next})\n`)
        },
      },
      this.signal,
    )
    if (count === 0) this.say('There are no previews.')
    if (failed) process.exitCode = 1
  }
}
