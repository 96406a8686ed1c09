import {Flags} from '@oclif/core'

import {ImmCommand} from '../terminal/command.ts'
import {appFlags, whereOf} from '../terminal/environment-flags.ts'
import {openInBrowser} from '../terminal/open.ts'

export default class Open extends ImmCommand {
  static override summary = 'Open the project in the browser.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --print']

  static override flags = {
    ...appFlags,
    print: Flags.boolean({description: 'Only print the address.'}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Open)
    const {addressOf} = await import('../wiring/address.ts')
    const url = await addressOf(whereOf(flags), this.signal)
    this.result({type: 'address', url})
    if (this.json) return
    this.say(url)
    if (!flags.print && !(await openInBrowser(url, this.signal))) this.say('There is no browser to open here.')
  }
}
