import {Flags} from '@oclif/core'

import {ImmCommand} from '../../terminal/command.ts'

export default class ProxyTrust extends ImmCommand {
  static override summary = 'Set up https for *.localhost, with a certificate authority of this machine.'
  static override description = [
    'Makes an authority that can vouch for localhost, names below it and loopback addresses alone, and puts it into the stores of the system',
    'and of browsers. From then on the proxy speaks https on its port beside http, a running one without a restart, and links are https.',
    'What is there already stays: running it again tells how things are, and adds browsers that came later. `imm proxy untrust` undoes all of it.',
  ].join(' ')
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --sudo   # lets sudo run what needs root',
    '<%= config.bin %> <%= command.id %> --json',
  ]

  static override flags = {
    sudo: Flags.boolean({description: 'Run with sudo what needs root; without it, it is printed for you to run.'}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(ProxyTrust)
    const [{trustHere, userBehindSudo}, {storesText}] = await Promise.all([
      import('../../wiring/trust.ts'),
      import('../../terminal/stores-text.ts'),
    ])
    const user = userBehindSudo()
    if (user !== undefined)
      this.warning(`this sets up root's imm; for ${user}'s run \`imm proxy trust --sudo\` as ${user}`)
    const {reports, ...rest} = await trustHere(flags.sudo, this.signal)
    for (const report of reports) this.result({type: 'store', ...report})
    this.result({type: 'trust', ...rest})
    const {certificate, untilMs, trusted} = rest
    this.say(`The authority, good until ${new Date(untilMs).toISOString().slice(0, 10)}: ${certificate}`)
    this.say(storesText(reports))
    if (reports.some(({status}) => status === 'needs-root'))
      this.say(
        'Run the lines above yourself, then `imm proxy trust` again; or let sudo do it: `imm proxy trust --sudo`.',
      )
    this.say(
      trusted
        ? 'The proxy speaks https, and links are https. Browsers that run see it after a restart.'
        : 'The proxy speaks https; links stay http until a store has the authority.',
    )
    this.say(`Node.js looks into no store by itself; give it NODE_EXTRA_CA_CERTS=${certificate}`)
    if (reports.some(({status}) => status === 'failed')) this.exit(1)
  }
}
