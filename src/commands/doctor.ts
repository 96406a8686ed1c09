import path from 'node:path'

import {Flags} from '@oclif/core'

import type {Finding} from '../doctor/finding.ts'
import {ImmCommand} from '../terminal/command.ts'

export default class Doctor extends ImmCommand {
  static override summary = 'Look for what keeps imm from working, and say what to do about it.'
  static override description =
    'Checks the engine, versions, permissions, disk, file watches, port, names and the project in this directory. Ends with 1 where something keeps imm from working, else with 0.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --fix   # starts an installed engine',
    `<%= config.bin %> <%= command.id %> --json | jq -r 'select(.level == "problem") | .remedy'`,
  ]

  static override flags = {
    fix: Flags.boolean({description: 'Start an installed engine where none answers, after saying how.'}),
    timeout: Flags.integer({
      min: 1,
      // With imm's own start the whole takes less than 8 s.
      default: 6,
      helpValue: 'SECONDS',
      description: 'Give up on what has not answered by then; more for a far or busy engine.',
    }),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Doctor)
    const [{diagnose}, {reportText, summaryOf}, {painter}, {safeTexts}] = await Promise.all([
      import('../wiring/doctor.ts'),
      import('../doctor/report.ts'),
      import('../terminal/style.ts'),
      import('../terminal/safe-text.ts'),
    ])
    const look = () => diagnose(path.resolve('.'), flags.timeout * 1000, this.signal)
    let findings = await look()
    if (flags.fix && (await this.#fixed(findings))) findings = await look()
    for (const finding of findings) this.result({type: 'finding', ...finding})
    const summary = summaryOf(findings)
    this.result({type: 'doctor', ...summary})
    if (!this.json) this.say(reportText(safeTexts(findings, false), painter(process.stdout)))
    // Not left to its end: what hangs (an engine that answers half a call) would keep the process. What was printed goes first.
    await new Promise((resolve) => process.stdout.write('', resolve))
    this.exit(summary.problems > 0 ? 1 : 0)
  }

  /** Whether an engine was started. */
  async #fixed(findings: readonly Finding[]): Promise<boolean> {
    if (!findings.some(({code}) => code === 'ENGINE_MISSING')) {
      this.say('--fix: there is no engine to start.\n')
      return false
    }
    const {fixEngine} = await import('../wiring/doctor.ts')
    const advice = await fixEngine((line) => this.say(line), this.signal)
    this.say(advice === undefined ? 'The engine answers.\n' : `--fix: ${advice}\n`)
    return advice === undefined
  }
}
