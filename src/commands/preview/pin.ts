import path from 'node:path'

import {Args, Flags} from '@oclif/core'

import {wordsAsTyped} from '../../terminal/arguments.ts'
import {ImmCommand} from '../../terminal/command.ts'

export default class PreviewPin extends ImmCommand {
  static override summary = 'Keep previews whatever their age, and when their branches are gone.'
  static override description =
    'Neither `previews.ttl` nor `imm preview serve` takes away what is pinned; `imm preview down` does. It sleeps like others.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> feature/login',
    '<%= config.bin %> <%= command.id %> feature/login --off',
  ]

  static override strict = false
  static override args = {
    ref: Args.string({ignoreStdin: true, description: 'Of what; what is checked out here without any.'}),
  }

  static override flags = {off: Flags.boolean({description: 'Treat them as others again.'})}

  async run(): Promise<void> {
    const {raw, flags} = await this.parse(PreviewPin)
    const {pinPreview, previewsOf} = await import('../../wiring/preview/named.ts')
    for (const record of await previewsOf(wordsAsTyped(raw), path.resolve('.'), this.signal)) {
      await pinPreview(record, !flags.off)
      const {project, environment, ref, name} = record
      this.result({type: 'pinned', project, environment, ref, name, pinned: !flags.off})
      this.say(flags.off ? `${name} is not pinned any more.` : `${name} is pinned.`)
    }
  }
}
