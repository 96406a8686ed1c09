import {Args, Flags} from '@oclif/core'

import {ImmError} from '../errors.ts'
import {releaseArgument} from '../terminal/arguments.ts'
import {ImmCommand} from '../terminal/command.ts'
import {appFlags, whereOf} from '../terminal/environment-flags.ts'
import {borrowTerminal} from '../terminal/terminal-streams.ts'
import {wholeLines} from '../terminal/whole-lines.ts'

export default class Exec extends ImmCommand {
  static override summary = 'Run a command in the live container; without one, a shell.'
  static override description = `With a terminal where there is one, else with plain streams; ends with the command's exit code. The release counts as touched until it is replaced: \`imm status\` and \`imm drift\` say so. What the command changes is in this container alone, and is gone with the next release.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> -- ls -la /app',
    'cat dump.sql | <%= config.bin %> <%= command.id %> -- psql',
  ]

  static override strict = false
  static override args = {command: Args.string({description: 'Command and its arguments, after `--`.'})}
  static override flags = {
    ...appFlags,
    release: Flags.string({helpValue: 'RELEASE', description: 'Another release than the live one.'}),
    interactive: Flags.boolean({char: 'i', description: 'Pass the input on; it always is, as long as there is some.'}),
    tty: Flags.boolean({char: 't', description: 'Give the command a terminal; it has one wherever imm has.'}),
    'no-tty': Flags.boolean({char: 'T', exclusive: ['tty'], description: 'Give it none.'}),
  }

  async run(): Promise<void> {
    const {argv, flags} = await this.parse(Exec)
    const {stdin, stdout, stderr} = process
    const isTerminal = stdin.isTTY && stdout.isTTY && !this.json
    if (flags.tty && !isTerminal)
      throw new ImmError('USAGE', 'there is no terminal to give to the command', {next: 'Leave out -t.'})
    using terminal = isTerminal && !flags['no-tty'] ? borrowTerminal(stdin, stdout) : undefined
    const {runExec} = await import('../wiring/exec.ts')
    const told = {stdout: this.#lines('stdout'), stderr: this.#lines('stderr')}
    const words = argv as string[]
    const execution = await runExec(
      {
        where: whereOf(flags),
        release: releaseArgument(flags.release),
        request: {
          command: words.length > 0 ? words : ['sh'],
          stdin,
          terminal: terminal?.size,
          onOutput: (stream, chunk) => {
            if (this.json) told[stream].add(chunk)
            else (stream === 'stdout' ? stdout : stderr).write(chunk)
          },
        },
      },
      this.signal,
    )
    // Best effort: the command may have ended just now.
    terminal?.onResize((size) => void execution.resize(size, this.signal).catch(() => {}))
    const exitCode = await execution.ended
    // Whoever holds its other end open would keep imm from ending.
    stdin.destroy()
    for (const lines of Object.values(told)) lines.end()
    this.result({type: 'exec', time: new Date().toISOString(), ...execution.id, release: execution.release, exitCode})
    if (exitCode !== 0) this.exit(exitCode)
  }

  #lines(stream: 'stdout' | 'stderr') {
    return wholeLines((text) => this.result({type: 'output', time: new Date().toISOString(), stream, text}))
  }
}
