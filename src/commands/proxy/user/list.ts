import {ImmCommand} from '../../../terminal/command.ts'

export default class ProxyUserList extends ImmCommand {
  static override summary = 'List who gets to previews with a password.'
  static override examples = ['<%= config.bin %> <%= command.id %>']

  async run(): Promise<void> {
    await this.parse(ProxyUserList)
    const {proxyUsers} = await import('../../../wiring/proxy-users.ts')
    const names = await proxyUsers()
    for (const name of names) {
      this.result({type: 'user', name})
      if (!this.json) this.say(name)
    }
    if (!this.json && names.length === 0) this.say('Nobody: `imm proxy user add NAME` adds somebody.')
  }
}
