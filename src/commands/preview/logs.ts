import path from 'node:path'

import {Args, Flags} from '@oclif/core'

import {ImmCommand} from '../../terminal/command.ts'

export default class PreviewLogs extends ImmCommand {
  static override summary = 'Print what the apps and backing services of a preview have printed.'
  static override description = '`imm logs` of its environment, which does more.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> feature/login -f',
    '<%= config.bin %> <%= command.id %> feature/login --tail 100',
  ]

  static override args = {
    ref: Args.string({ignoreStdin: true, description: 'Of what; what is checked out here without it.'}),
  }

  static override flags = {
    follow: Flags.boolean({char: 'f', description: 'Go on until Ctrl-C.'}),
    tail: Flags.integer({char: 'n', min: 0, description: 'Only the last so many lines of each.'}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(PreviewLogs)
    const {previewsOf} = await import('../../wiring/preview/named.ts')
    const [record] = await previewsOf(args.ref === undefined ? [] : [args.ref], path.resolve('.'), this.signal)
    if (!record) return
    await this.config.runCommand('logs', [
      '--environment',
      record.environment,
      '--project',
      record.project,
      ...(flags.follow ? ['--follow'] : []),
      ...(flags.tail === undefined ? [] : ['--tail', String(flags.tail)]),
      ...(flags.json ? ['--json'] : []),
    ])
  }
}
