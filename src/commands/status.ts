import {setTimeout as sleep} from 'node:timers/promises'

import {Flags} from '@oclif/core'

import {ImmCommand} from '../terminal/command.ts'
import {intervalFlag, redrawn} from '../terminal/watching.ts'

export default class Status extends ImmCommand {
  static override summary = 'Show what runs: environments, their releases, their traffic and addresses.'
  static override description =
    'Releases are live (has the traffic), warm (paused, ready for `imm rollback`), stopped, starting, ended, or image (can be started again from its image). While the proxy does not run, those with a container that does are running.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json | jq -r .url',
    '<%= config.bin %> <%= command.id %> --watch',
  ]

  static override flags = {
    watch: Flags.boolean({char: 'w', description: 'Show it again and again; `imm top` shows requests and memory.'}),
    interval: intervalFlag(),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Status)
    const [{readStatus}, {statusText}] = await Promise.all([
      import('../wiring/status.ts'),
      import('../terminal/status-text.ts'),
    ])
    const show = flags.watch ? redrawn(process.stdout) : (text: string) => this.say(text)
    for (;;) {
      const environments = await readStatus(this.signal)
      for (const environment of environments) this.result({type: 'environment', ...environment})
      if (!this.json) show(statusText(environments, process.stdout))
      if (!flags.watch) return
      await sleep(flags.interval, undefined, {signal: this.signal})
    }
  }
}
