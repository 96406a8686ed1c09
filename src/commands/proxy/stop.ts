import {ImmCommand} from '../../terminal/command.ts'

// What a release gets by default when it loses the traffic.
const drainMs = 10_000

export default class ProxyStop extends ImmCommand {
  static override summary = 'Stop the proxy, after the requests under way.'
  static override description =
    'Its routes are kept: the next imm command that needs the proxy starts it again with them.'
  static override examples = ['<%= config.bin %> <%= command.id %>']

  async run(): Promise<void> {
    await this.parse(ProxyStop)
    const {presentProxy} = await import('../../wiring/proxy.ts')
    const proxy = await presentProxy()
    await proxy?.stop(drainMs, this.signal)
    this.result({type: 'proxy', running: false, stopped: proxy !== undefined})
    this.say(proxy ? 'The proxy has stopped.' : 'The proxy does not run.')
  }
}
