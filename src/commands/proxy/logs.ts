import {Flags} from '@oclif/core'

import {ImmCommand} from '../../terminal/command.ts'

interface AccessFlags {
  route: string | undefined
  query: boolean
  count: number | undefined
}

export default class ProxyLogs extends ImmCommand {
  static override summary = 'Print the log of the proxy, or requests as they end.'
  static override description =
    'With --access: a line for each request once it is over, until Ctrl-C; nothing is written anywhere for it. IMM_PROXY_ACCESS_LOG=FILE (absolute, read when the proxy starts) has the same lines in a file.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --tail 20',
    '<%= config.bin %> <%= command.id %> --access --route shop/main',
    "<%= config.bin %> <%= command.id %> --access --json | jq 'select(.status >= 500)'",
  ]

  static override flags = {
    tail: Flags.integer({char: 'n', min: 0, default: 100, description: 'Only the last so many lines.'}),
    access: Flags.boolean({description: 'Show requests instead, each as it ends.'}),
    route: Flags.string({
      dependsOn: ['access'],
      helpValue: 'PROJECT[/ENVIRONMENT]',
      description: 'Only requests to this project, or to this environment of it.',
    }),
    query: Flags.boolean({dependsOn: ['access'], description: 'Show queries too; they may hold secrets.'}),
    count: Flags.integer({min: 1, dependsOn: ['access'], description: 'End after so many requests.'}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(ProxyLogs)
    if (flags.access) return this.#showAccess(flags)
    const {proxyLog} = await import('../../wiring/proxy.ts')
    for (const line of proxyLog(flags.tail)) {
      this.result({type: 'log', text: line})
      if (!this.json) this.say(line)
    }
  }

  async #showAccess({route, query, count = Infinity}: AccessFlags): Promise<void> {
    const [{proxyAccess}, {accessText}] = await Promise.all([
      import('../../wiring/proxy.ts'),
      import('../../terminal/access-text.ts'),
    ])
    let requests = 0
    for await (const line of proxyAccess({route, query}, this.signal)) {
      this.result(line)
      if (!this.json) this.say(accessText(line, process.stdout))
      if (line.type === 'request') requests++
      if (requests >= count) return
    }
    if (!this.json) this.say('The proxy has stopped.')
  }
}
