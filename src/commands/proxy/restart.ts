import {ImmCommand} from '../../terminal/command.ts'

export default class ProxyRestart extends ImmCommand {
  static override summary =
    'Replace the proxy by one of this imm, without losing a request; start it where it was stopped.'
  static override description =
    'The new process goes on with the ports and the routes of the old one, which ends with its last connection. An imm that is newer than the proxy does the same by itself.'
  static override examples = ['<%= config.bin %> <%= command.id %>']

  async run(): Promise<void> {
    await this.parse(ProxyRestart)
    const {restartProxy} = await import('../../wiring/proxy.ts')
    const done = await restartProxy(this.signal)
    this.result({type: 'proxy', running: done !== undefined, ...(done && {pid: done.pid, version: done.version})})
    this.say(
      done
        ? `The proxy is now of imm ${done.version}, pid ${done.pid}.`
        : 'The proxy does not run. `imm dev` starts it.',
    )
  }
}
