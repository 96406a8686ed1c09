import {Flags} from '@oclif/core'

import {ImmCommand} from '../../terminal/command.ts'

export default class ProxyLogs extends ImmCommand {
  static override summary = 'Print the log of the proxy.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --tail 20']

  static override flags = {
    tail: Flags.integer({char: 'n', min: 0, default: 100, description: 'Only the last so many lines.'}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(ProxyLogs)
    const {proxyLog} = await import('../../wiring/proxy.ts')
    for (const line of proxyLog(flags.tail)) {
      this.result({type: 'log', text: line})
      if (!this.json) this.say(line)
    }
  }
}
