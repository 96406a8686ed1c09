import {setTimeout as sleep} from 'node:timers/promises'

import {Flags} from '@oclif/core'

import {ImmCommand} from '../terminal/command.ts'
import {intervalFlag, redrawn} from '../terminal/watching.ts'

export default class Status extends ImmCommand {
  static override summary =
    'Show what runs: environments, their releases, traffic and addresses, and their backing services.'
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
    const [{readStatus}, {readAllServices}, {statusText}, {servicesText}] = await Promise.all([
      import('../wiring/status.ts'),
      import('../wiring/services.ts'),
      import('../terminal/status-text.ts'),
      import('../terminal/services-text.ts'),
    ])
    const show = flags.watch ? redrawn(process.stdout) : (text: string) => this.say(text)
    for (;;) {
      const [environments, services] = await Promise.all([readStatus(this.signal), readAllServices(this.signal)])
      for (const environment of environments) this.result({type: 'environment', ...environment})
      for (const service of services) this.result({type: 'service', ...service})
      const texts = [
        ...(environments.length > 0 || services.length === 0
          ? [statusText(environments, process.stdout, flags.verbose)]
          : []),
        ...(services.length > 0 ? [servicesText(services, process.stdout)] : []),
      ]
      if (!this.json) show(texts.join('\n\n'))
      if (!flags.watch) return
      await sleep(flags.interval, undefined, {signal: this.signal})
    }
  }
}
