import {Args} from '@oclif/core'

import {wordsAsTyped} from '../terminal/arguments.ts'
import {attachedFlags} from '../terminal/attached-flags.ts'
import {attached} from '../terminal/attached.ts'
import {ImmCommand} from '../terminal/command.ts'
import {environmentFlags, whereOf} from '../terminal/environment-flags.ts'

export default class Run extends ImmCommand {
  static override summary = 'Run a command once in a container like that of an app or a service.'
  static override description = `The container is made from the image of the app's live release, or of the backing service, with the same environment, networks, volumes and files; it takes no traffic, has no name on the network, and is removed when the command has ended. imm ends with the command's exit code. \`imm exec\` runs in the container that serves.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> web -- npm run migrate',
    '<%= config.bin %> <%= command.id %> web -- sh',
    '<%= config.bin %> <%= command.id %> db -- pg_dump -h db -U postgres shop > shop.sql',
  ]

  static override strict = false
  static override args = {
    service: Args.string({ignoreStdin: true, required: true, description: 'App or backing service.'}),
    command: Args.string({
      ignoreStdin: true,
      description: "Command and its arguments, after `--`; by default the image's own.",
    }),
  }

  static override flags = {...environmentFlags, ...attachedFlags}

  async run(): Promise<void> {
    const {args, raw, flags} = await this.parse(Run)
    const {runOneOff} = await import('../wiring/run-once.ts')
    const tell = (stream: 'stdout' | 'stderr', text: string) =>
      this.result({type: 'output', time: new Date().toISOString(), stream, text})
    const {exitCode, id} = await attached(
      {tty: flags.tty, noTty: flags['no-tty'], json: this.json, onLine: tell, signal: this.signal},
      async (streams, onTerminal) => {
        const request = {
          where: whereOf(flags),
          name: args.service,
          command: wordsAsTyped(raw).slice(1),
          interactive: {...streams, onTerminal},
          onLine: () => {},
        }
        const result = await runOneOff(request, this.signal)
        return {ended: Promise.resolve(result.exitCode), id: result.id}
      },
    )
    this.result({type: 'run', time: new Date().toISOString(), ...id, service: args.service, exitCode})
    if (exitCode !== 0) this.exit(exitCode)
  }
}
