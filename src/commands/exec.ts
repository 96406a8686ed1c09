import {Args, Flags} from '@oclif/core'

import {releaseArgument, wordsAsTyped} from '../terminal/arguments.ts'
import {attachedFlags} from '../terminal/attached-flags.ts'
import {attached} from '../terminal/attached.ts'
import {ImmCommand} from '../terminal/command.ts'
import {appFlags, whereOf} from '../terminal/environment-flags.ts'

export default class Exec extends ImmCommand {
  static override summary = 'Run a command in the live container, or in a service; without one, a shell.'
  static override description = `With a terminal where there is one, else with plain streams; ends with the command's exit code. The release counts as touched until it is replaced: \`imm status\` and \`imm drift\` say so. What the command changes is in this container alone, and is gone with the next release.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> -- ls -la /app',
    '<%= config.bin %> <%= command.id %> --service db -- pg_dump -U postgres shop > shop.sql',
    'cat dump.sql | <%= config.bin %> <%= command.id %> -- psql',
  ]

  static override strict = false
  static override args = {
    command: Args.string({ignoreStdin: true, description: 'Command and its arguments, after `--`.'}),
  }
  static override flags = {
    ...appFlags,
    release: Flags.string({helpValue: 'RELEASE', description: 'Another release than the live one.'}),
    service: Flags.string({
      char: 's',
      helpValue: 'NAME',
      exclusive: ['release', 'app'],
      description: 'In the container of this backing service.',
    }),
    ...attachedFlags,
  }

  async run(): Promise<void> {
    const {raw, flags} = await this.parse(Exec)
    const where = whereOf(flags)
    const words = wordsAsTyped(raw)
    const command = words.length > 0 ? words : ['sh']
    const options = {
      tty: flags.tty,
      noTty: flags['no-tty'],
      json: this.json,
      onLine: this.#line,
      signal: this.signal,
    }
    const {service} = flags
    if (service !== undefined) {
      const {runInService} = await import('../wiring/service-exec.ts')
      const {id, exitCode} = await attached(options, async (streams) =>
        runInService(where, service, {command, ...streams}, this.signal),
      )
      return this.#ended({...id, service, exitCode})
    }
    const release = releaseArgument(flags.release)
    const {runExec} = await import('../wiring/exec.ts')
    const done = await attached(options, async (streams) =>
      runExec({where, release, request: {command, ...streams}}, this.signal),
    )
    return this.#ended({...done.id, release: done.release, exitCode: done.exitCode})
  }

  #ended(end: {exitCode: number; service?: string; release?: string}): void {
    this.result({type: 'exec', time: new Date().toISOString(), ...end})
    if (end.exitCode !== 0) this.exit(end.exitCode)
  }

  readonly #line = (stream: 'stdout' | 'stderr', text: string) =>
    this.result({type: 'output', time: new Date().toISOString(), stream, text})
}
