import path from 'node:path'

import {Args} from '@oclif/core'

import {wordsAsTyped} from '../../terminal/arguments.ts'
import {ImmCommand} from '../../terminal/command.ts'

export default class PreviewStop extends ImmCommand {
  static override summary = 'Put previews to sleep: their containers stop, and the first request starts them again.'
  static override description =
    'As it happens by itself after `previews.idle` without a request. Volumes and images stay.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> feature/login',
    '<%= config.bin %> <%= command.id %>   # of what is checked out here',
  ]

  static override strict = false
  static override args = {
    ref: Args.string({ignoreStdin: true, description: 'Of what; what is checked out here without any.'}),
  }

  async run(): Promise<void> {
    const {raw} = await this.parse(PreviewStop)
    const {previewsOf, stopPreview} = await import('../../wiring/preview/named.ts')
    for (const record of await previewsOf(wordsAsTyped(raw), path.resolve('.'), this.signal)) {
      await stopPreview(record, this.signal)
      const {project, environment, ref, name} = record
      this.result({type: 'stopped', project, environment, ref, name})
      this.say(`${name} is asleep; the first request wakes it.`)
    }
  }
}
