import {ImmCommand} from '../terminal/command.ts'

export default class Status extends ImmCommand {
  static override summary = 'Show what runs: environments, their releases, their traffic and addresses.'
  static override description =
    'Releases are live (has the traffic), warm (paused, ready for `imm rollback`), starting, ended, or image (can be started again from its image).'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json | jq -r .url',
  ]

  async run(): Promise<void> {
    await this.parse(Status)
    const [{readStatus}, {statusText}] = await Promise.all([
      import('../wiring/status.ts'),
      import('../terminal/status-text.ts'),
    ])
    const environments = await readStatus(this.signal)
    for (const environment of environments) this.result({type: 'environment', ...environment})
    if (!this.json) this.say(statusText(environments, process.stdout))
  }
}
