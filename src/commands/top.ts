import {Flags} from '@oclif/core'

import {ImmCommand} from '../terminal/command.ts'
import {intervalFlag, redrawn} from '../terminal/watching.ts'

export default class Top extends ImmCommand {
  static override summary = 'Watch what runs: shares, requests, errors, latency, bytes, memory and CPU of each release.'
  static override description =
    'Errors are answers 5xx and connections that failed; p50 and p95 are the times to the first byte of an answer that 50 and 95 % of the requests took at most, since the look before; bytes are those of bodies, both ways. CPU is of one core. Ends with Ctrl-C, or after --count looks.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --interval 5s',
    '<%= config.bin %> <%= command.id %> --count 1 --json | jq -r .p95Ms',
  ]

  static override flags = {
    interval: intervalFlag(),
    count: Flags.integer({char: 'n', min: 1, description: 'End after so many looks.'}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Top)
    const [{watchTop}, {topText}] = await Promise.all([import('../wiring/top.ts'), import('../terminal/top-text.ts')])
    const show = redrawn(process.stdout)
    let looks = 0
    for await (const rows of watchTop(flags.interval, this.signal)) {
      for (const row of rows) this.result({type: 'top', time: new Date().toISOString(), ...row})
      if (!this.json) show(topText(rows, process.stdout))
      looks += 1
      if (looks === flags.count) break
    }
    if (!this.json && process.stdout.isTTY) this.say('')
  }
}
