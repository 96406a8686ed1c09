import {Flags} from '@oclif/core'

import {ImmCommand} from '../../terminal/command.ts'
import {sharingText} from '../../terminal/proxy-text.ts'

export default class ProxyStart extends ImmCommand {
  static override summary = 'Start the proxy, and say who beyond this machine may reach it.'
  static override description = [
    'Any flag replaces all that was said before, and is kept: however the proxy is started later, it is so. Without flags it starts as it was last.',
    'Beyond loopback every route asks for a login: a link of `imm preview share`, or a user of `imm proxy user add`; --open ends that, except where a preview has `access: login`.',
  ].join(' ')
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --listen 0.0.0.0 --domain previews.example.org --cert fullchain.pem --key privkey.pem --https-port 443',
    '<%= config.bin %> <%= command.id %> --local   # this machine alone, as at first',
  ]

  static override flags = {
    listen: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'ADDRESS',
      description: 'Address to listen on beside loopback; 0.0.0.0 and :: for all. Repeatable.',
    }),
    domain: Flags.string({
      helpValue: 'previews.example.org',
      description: 'Domain whose names below it lead here; routes have a name there as well.',
    }),
    cert: Flags.string({
      helpValue: 'FILE',
      dependsOn: ['key'],
      description: 'Certificate for *.DOMAIN with its chain, PEM.',
    }),
    key: Flags.string({helpValue: 'FILE', dependsOn: ['cert'], description: 'Its key, PEM.'}),
    'https-port': Flags.integer({min: 1, max: 65_535, description: 'Port for https beside the main one, such as 443.'}),
    open: Flags.boolean({default: false, description: 'Let everybody who can connect in without a login.'}),
    local: Flags.boolean({
      default: false,
      exclusive: ['listen', 'domain', 'cert', 'key', 'https-port', 'open'],
      description: 'Be there for this machine alone.',
    }),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(ProxyStart)
    const {listen = [], domain, cert, key, open, local} = flags
    const httpsPort = flags['https-port']
    const isWish = local || open || [domain, cert, httpsPort, listen[0]].some((each) => each !== undefined)
    const given = Object.entries({domain, cert, key, httpsPort}).filter(([, value]) => value !== undefined)
    const {startProxy} = await import('../../wiring/proxy-sharing.ts')
    const wish = isWish ? {listen, open, ...Object.fromEntries(given)} : undefined
    const {status, sharing, shared, missing} = await startProxy(wish, this.signal)
    const {pid, port, addresses, version} = status
    this.result({type: 'proxy', running: true, pid, version, port, addresses, sharing})
    this.say(`imm proxy ${version} on port ${port} (${addresses.join(', ')}), pid ${pid}.`)
    if (status.sharing !== undefined) this.say(sharingText(status.sharing))
    for (const address of missing) this.warning(`this machine has no address ${address}: nothing listens there`)
    if (shared && sharing.open)
      this.warning('whoever can connect sees every route that does not ask for a login itself')
    else if (sharing.listen.length > 0 && sharing.cert === undefined)
      this.warning('without --cert and --key, links and passwords cross the network unencrypted')
  }
}
