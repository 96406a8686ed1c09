import {ImmCommand} from '../../terminal/command.ts'
import {age} from '../../terminal/formats.ts'
import {httpsText, routesText, sharingText} from '../../terminal/proxy-text.ts'

export default class ProxyStatus extends ImmCommand {
  static override summary = 'Show the proxy: its port, its process and its routes.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']

  async run(): Promise<void> {
    await this.parse(ProxyStatus)
    const {runningProxy} = await import('../../wiring/proxy.ts')
    const status = await (await runningProxy(this.signal))?.status(this.signal)
    this.result({type: 'proxy', running: status !== undefined, ...status})
    if (this.json) return
    if (!status) return this.say('The proxy does not run. `imm dev` or `imm proxy restart` starts it.')
    const {port, pid, version, startedMs, addresses, https, sharing, routes} = status
    this.say(
      `imm proxy ${version} on port ${port} (${addresses.join(', ')}), pid ${pid}, started ${age(Date.now() - startedMs)}.`,
    )
    this.say(httpsText(https, port))
    if (sharing !== undefined) this.say(sharingText(sharing))
    if (routes.length > 0) this.say(routesText(routes, process.stdout))
  }
}
