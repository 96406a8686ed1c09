import {Args} from '@oclif/core'

import {ImmCommand} from '../../../terminal/command.ts'

export default class ProxyUserRemove extends ImmCommand {
  static override summary = 'Remove a user: the password is refused from the next request on.'
  static override examples = ['<%= config.bin %> <%= command.id %> ann']

  static override args = {name: Args.string({ignoreStdin: true, required: true, description: 'Name of the user.'})}

  async run(): Promise<void> {
    const {args} = await this.parse(ProxyUserRemove)
    const {removeProxyUser} = await import('../../../wiring/proxy-users.ts')
    await removeProxyUser(args.name)
    this.result({type: 'user', name: args.name, removed: true})
    this.say(`${args.name} is removed.`)
  }
}
