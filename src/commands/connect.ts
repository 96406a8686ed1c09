import {Args, Flags} from '@oclif/core'

import {wordsAsTyped} from '../terminal/arguments.ts'
import {attachedFlags} from '../terminal/attached-flags.ts'
import {attached} from '../terminal/attached.ts'
import {ImmCommand} from '../terminal/command.ts'
import {environmentFlags, whereOf} from '../terminal/environment-flags.ts'
import {shellWords} from '../terminal/shell-words.ts'

export default class Connect extends ImmCommand {
  static override summary = 'Open the client of a backing service: psql, redis-cli, mysql, mongosh, or a shell.'
  static override description = `It runs inside the service's container, as the user and on the database that the container's environment names, so nothing has to be installed here and no port published. Which client it is, its image's name tells, or else its environment; where neither does, it is a shell, and what follows \`--\` is a command.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> db',
    `<%= config.bin %> <%= command.id %> db -- -c 'select count(*) from users'`,
    '<%= config.bin %> <%= command.id %> cache -- info memory',
    '<%= config.bin %> <%= command.id %> db --print',
  ]

  static override strict = false
  static override args = {
    service: Args.string({ignoreStdin: true, required: true, description: 'Backing service as `imm status` names it.'}),
    args: Args.string({ignoreStdin: true, description: 'Arguments of the client, after `--`.'}),
  }

  static override flags = {
    ...environmentFlags,
    ...attachedFlags,
    print: Flags.boolean({description: 'Only print the command that would run in the container.'}),
  }

  async run(): Promise<void> {
    const {args, raw, flags} = await this.parse(Connect)
    const {clientCommand} = await import('../wiring/service-exec.ts')
    const more = wordsAsTyped(raw).slice(1)
    const {command, opened} = await clientCommand(whereOf(flags), args.service, more, this.signal)
    if (flags.print) {
      this.result({type: 'client', ...opened.id, service: args.service, command})
      if (!this.json) this.say(shellWords(command))
      return
    }
    const {engine, instance, id} = opened
    const {exitCode} = await attached(
      {
        tty: flags.tty,
        noTty: flags['no-tty'],
        json: this.json,
        onLine: (stream, text) => this.result({type: 'output', time: new Date().toISOString(), stream, text}),
        signal: this.signal,
      },
      async (streams) => engine.exec(instance.id, {command, ...streams}, this.signal),
    )
    this.result({type: 'exec', time: new Date().toISOString(), ...id, service: args.service, exitCode})
    if (exitCode !== 0) this.exit(exitCode)
  }
}
