import path from 'node:path'

import {Args, Flags} from '@oclif/core'

import {ImmCommand} from '../../terminal/command.ts'
import {openInBrowser} from '../../terminal/open.ts'

export default class PreviewOpen extends ImmCommand {
  static override summary = 'Open a preview in the browser.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> feature/login',
    '<%= config.bin %> <%= command.id %> --print   # of what is checked out here',
  ]

  static override args = {
    ref: Args.string({ignoreStdin: true, description: 'Of what; what is checked out here without it.'}),
  }

  static override flags = {print: Flags.boolean({description: 'Only print the address.'})}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(PreviewOpen)
    const {previewAddress} = await import('../../wiring/preview/address.ts')
    const url = await previewAddress(args.ref, path.resolve('.'), this.signal)
    this.result({type: 'address', url})
    if (this.json) return
    this.say(url)
    if (!flags.print && !(await openInBrowser(url, this.signal))) this.say('There is no browser to open here.')
  }
}
