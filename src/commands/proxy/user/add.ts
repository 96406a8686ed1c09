import {text} from 'node:stream/consumers'

import {Args, Flags} from '@oclif/core'

import {ImmCommand} from '../../../terminal/command.ts'

export default class ProxyUserAdd extends ImmCommand {
  static override summary = 'Add somebody who gets to every preview with a password, or change that.'
  static override description =
    'Browsers ask for name and password where a preview asks for a login. The password is made up and printed once; what is kept is a hash of it (scrypt), and the application never gets it.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> ann',
    'pass show previews | <%= config.bin %> <%= command.id %> ann --password-stdin',
  ]

  static override args = {name: Args.string({ignoreStdin: true, required: true, description: 'Name of the user.'})}

  static override flags = {
    'password-stdin': Flags.boolean({description: 'Read the password from stdin: 12 characters at least.'}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(ProxyUserAdd)
    const {addProxyUser} = await import('../../../wiring/proxy-users.ts')
    const given = flags['password-stdin'] ? (await text(process.stdin)).replace(/\r?\n$/, '') : undefined
    const password = await addProxyUser(args.name, given)
    this.result({type: 'user', name: args.name, ...(password === undefined ? {} : {password})})
    this.say(password === undefined ? `${args.name} has that password.` : `${args.name} has the password ${password}`)
  }
}
