import path from 'node:path'

import {Args, Flags} from '@oclif/core'

import {ImmCommand} from '../../terminal/command.ts'
import {painter} from '../../terminal/style.ts'

export default class PreviewLogs extends ImmCommand {
  static override summary = 'Print what the apps and backing services of a preview have printed.'
  static override description =
    '`imm logs` of its environment, which does more. Where its last commit was rejected, that is said in front; where nothing of it runs, the last lines that its history keeps of the rejected release are what there is.'
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
    const [{previewsOf}, {previewLines}, {keptLines, rejectedText, servesInsteadText}] = await Promise.all([
      import('../../wiring/preview/named.ts'),
      import('../../wiring/preview/logs.ts'),
      import('../../terminal/preview-logs-text.ts'),
    ])
    const [record] = await previewsOf(args.ref === undefined ? [] : [args.ref], path.resolve('.'), this.signal)
    if (!record) return
    const {project, environment, name} = record
    const {rejected, runs} = await previewLines(record, this.signal)
    if (rejected) {
      const {kept, commit, ...why} = rejected
      const told = kept.length > 0 ? kept : [{...why, output: []}]
      for (const one of told) this.result({type: 'rejected', project, environment, commit, ...one})
      if (runs && !this.json) this.warning(servesInsteadText(record, rejected))
      if (!runs && !this.json) {
        process.stderr.write(`${rejectedText(name, rejected)}\n`)
        for (const line of keptLines(kept, flags.tail, painter(process.stdout))) this.say(line)
      }
    }
    if (!runs) return
    await this.config.runCommand('logs', [
      '--environment',
      environment,
      '--project',
      project,
      ...(flags.follow ? ['--follow'] : []),
      ...(flags.tail === undefined ? [] : ['--tail', String(flags.tail)]),
      ...(flags.json ? ['--json'] : []),
    ])
  }
}
