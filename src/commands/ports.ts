import {Flags} from '@oclif/core'

import {ImmCommand} from '../terminal/command.ts'
import {environmentFlags, whereOf} from '../terminal/environment-flags.ts'

export default class Ports extends ImmCommand {
  static override summary = 'List the addresses of an environment on this machine: apps and published ports.'
  static override description =
    'Ports that a Compose file asks for are given where they are free; where another checkout or program has one, imm takes any other, and this shows which. With --all also the doors: where apps are reached by their names from containers of the environment, and from nowhere else.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --all',
    `<%= config.bin %> <%= command.id %> --json | jq -r 'select(.name == "db").address'`,
  ]

  static override flags = {
    ...environmentFlags,
    all: Flags.boolean({char: 'a', description: 'Also where apps are reached inside the environment.'}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Ports)
    const [{readPorts}, {portsText}] = await Promise.all([
      import('../wiring/ports.ts'),
      import('../terminal/ports-text.ts'),
    ])
    const {id, ports} = await readPorts(whereOf(flags), flags.all, this.signal)
    for (const port of ports) this.result({type: 'port', ...id, ...port})
    if (!this.json) this.say(portsText(ports, process.stdout))
  }
}
