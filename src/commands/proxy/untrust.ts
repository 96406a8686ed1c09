import {Flags} from '@oclif/core'

import {ImmCommand} from '../../terminal/command.ts'

export default class ProxyUntrust extends ImmCommand {
  static override summary = 'Undo `imm proxy trust`: end https, and delete the authority.'
  static override description =
    'Deletes the key and all certificates, and takes the authority out of the stores of the system and of browsers. A running proxy speaks http alone from then on.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --sudo   # lets sudo run what needs root',
  ]

  static override flags = {
    sudo: Flags.boolean({description: 'Run with sudo what needs root; without it, it is printed for you to run.'}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(ProxyUntrust)
    const [{untrustHere}, {storesText}] = await Promise.all([
      import('../../wiring/trust.ts'),
      import('../../terminal/stores-text.ts'),
    ])
    const {existed, reports} = await untrustHere(flags.sudo, this.signal)
    for (const report of reports) this.result({type: 'store', ...report})
    const left = reports.some(({status}) => status === 'needs-root' || status === 'no-tool' || status === 'failed')
    this.result({type: 'untrust', existed, left})
    this.say(existed ? 'The authority is deleted with its key, and links are http.' : 'https was not set up.')
    this.say(storesText(reports))
    if (reports.some(({status}) => status === 'needs-root'))
      this.say('Run the lines above yourself, or let sudo do it: `imm proxy untrust --sudo`.')
    if (reports.some(({status}) => status === 'failed')) this.exit(1)
  }
}
