import {ImmCommand} from '../../terminal/command.ts'

// What a release gets by default when it loses the traffic.
const drainMs = 10_000

export default class ProxyStop extends ImmCommand {
  static override summary = 'Stop the proxy, after the requests under way.'
  static override description =
    'Containers go on, but nothing answers on their addresses until the proxy runs again: the next `imm dev`, release or rollback starts it, or `imm proxy restart`, with the routes that it had. A running `imm dev` does not start it before its next release.'
  static override examples = ['<%= config.bin %> <%= command.id %>']

  async run(): Promise<void> {
    await this.parse(ProxyStop)
    const [{stopProxy}, {unreachableText}] = await Promise.all([
      import('../../wiring/proxy.ts'),
      import('../../terminal/proxy-text.ts'),
    ])
    const unreachable = await stopProxy(drainMs, this.signal)
    this.result({type: 'proxy', running: false, stopped: unreachable !== undefined, unreachable: unreachable ?? []})
    if (!unreachable) return this.say('The proxy does not run.')
    this.say('The proxy has stopped.')
    if (unreachable.length > 0) this.say(unreachableText(unreachable))
  }
}
