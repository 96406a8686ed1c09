import path from 'node:path'

import {Flags} from '@oclif/core'

import {ImmCommand} from '../terminal/command.ts'

export default class Config extends ImmCommand {
  static override summary = 'Print the application that Compose files describe, complete and checked.'
  static override description =
    'Reads compose.yaml and its override file, or those named with -f, by the Compose Specification: variables put in, files merged, extends and include resolved, every key in its long form. The output is a Compose file itself. Values of variables that look like secrets are hidden.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> -f compose.yaml -f compose.prod.yaml --profile debug',
    "<%= config.bin %> <%= command.id %> --json | jq -r '.model.services | keys[]'",
  ]

  static override flags = {
    file: Flags.string({
      char: 'f',
      multiple: true,
      multipleNonGreedy: true,
      description: 'A Compose file; several are merged in their order.',
    }),
    profile: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description: 'A profile whose services run, too; * for all.',
    }),
    'show-secrets': Flags.boolean({description: 'Values that look like secrets, too.'}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Config)
    const {composeConfig} = await import('../wiring/compose.ts')
    const {model, yaml} = await composeConfig(
      {
        directory: path.resolve('.'),
        files: flags.file ?? [],
        profiles: flags.profile ?? [],
        secrets: flags['show-secrets'],
        warn: this.warning,
      },
      this.signal,
    )
    this.result({type: 'config', time: new Date().toISOString(), model})
    if (!this.json) this.say(yaml)
  }
}
