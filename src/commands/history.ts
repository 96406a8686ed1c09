import {Flags} from '@oclif/core'

import {ImmCommand} from '../terminal/command.ts'
import {appFlags, whereOf} from '../terminal/environment-flags.ts'

export default class History extends ImmCommand {
  static override summary = 'Show what happened in an environment, and prove that the record is whole.'
  static override description =
    'Each entry carries the hash of the one before. With --verify the chain is followed: ends with 0 where it is intact, with 2 and the line where it breaks. With --json the entries are printed as they are kept.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> -n 100',
    '<%= config.bin %> <%= command.id %> --verify',
    '<%= config.bin %> <%= command.id %> --json | jq \'select(.type == "died")\'',
  ]

  static override flags = {
    ...appFlags,
    number: Flags.integer({char: 'n', min: 1, description: 'Only the last so many; 30 by default, all with --json.'}),
    verify: Flags.boolean({description: 'Follow the chain instead.', exclusive: ['number']}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(History)
    const [{proveHistory, readHistory}, {historyText, proofText}, {eachApp}] = await Promise.all([
      import('../wiring/history.ts'),
      import('../terminal/history-text.ts'),
      import('../wiring/each-app.ts'),
    ])
    const apps = await eachApp(whereOf(flags), this.signal)
    let intact = true
    for (const where of apps) {
      if (apps.length > 1) this.say(`${where.app}:`)
      if (flags.verify) {
        const proof = await proveHistory(where, this.signal)
        this.result({type: 'proof', time: new Date().toISOString(), ...proof})
        this.say(proofText(proof))
        intact &&= proof.intact
        continue
      }
      const all = await readHistory(where, this.signal)
      const entries = all.slice(-(flags.number ?? (this.json ? all.length : 30)))
      for (const entry of entries) this.result(apps.length > 1 ? {...entry, app: where.app} : entry)
      if (!this.json) this.say(historyText(entries))
    }
    if (!intact) this.exit(2)
  }
}
