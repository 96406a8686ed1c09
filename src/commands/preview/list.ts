import path from 'node:path'

import {Flags} from '@oclif/core'

import {ImmCommand} from '../../terminal/command.ts'

export default class PreviewList extends ImmCommand {
  static override summary = 'List previews: their commits, states and addresses.'
  static override description =
    'Those of the repository of the current directory, or all. A preview is awake, paused or asleep (the first request wakes it), rejected (its last commit was; the one before serves, where there is one), or none: nothing of it was live yet.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    "<%= config.bin %> <%= command.id %> --all --json | jq -r '[.name, .url] | @tsv'",
  ]

  static override flags = {
    all: Flags.boolean({char: 'a', description: 'Of every repository.'}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(PreviewList)
    const [{listHere}, {previewsText, unreachedText}] = await Promise.all([
      import('../../wiring/preview/list-here.ts'),
      import('../../terminal/preview-text.ts'),
    ])
    const previews = await listHere(path.resolve('.'), flags.all, this.signal)
    for (const preview of previews) this.result({type: 'preview', ...preview})
    if (this.json) return
    this.say(previewsText(previews, process.stdout, Date.now()))
    const lost = unreachedText(previews)
    if (lost !== undefined) this.say(lost)
  }
}
