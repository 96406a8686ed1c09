import {Flags} from '@oclif/core'

import {ImmCommand} from '../terminal/command.ts'
import {appFlags, whereOf} from '../terminal/environment-flags.ts'

export default class History extends ImmCommand {
  static override summary = 'Show what happened in an environment, and prove that the record is whole.'
  static override description =
    'Each entry carries the hash of the one before. Where an environment has several apps, each has a chain of its own, and they are shown together, by time. With --verify every chain is followed: ends with 0 where they are intact, with 2 and the line where one breaks. With --json the entries are printed as they are kept.'
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
    const [{proveHistory, readHistory}, {historyText, proofText}] = await Promise.all([
      import('../wiring/history.ts'),
      import('../terminal/history-text.ts'),
    ])
    const where = whereOf(flags)
    if (flags.verify) {
      const proofs = await proveHistory(where, this.signal)
      for (const proof of proofs) this.result({type: 'proof', time: new Date().toISOString(), ...proof})
      for (const proof of proofs) this.say(`${proofs.length > 1 ? `${proof.app}: ` : ''}${proofText(proof)}`)
      if (proofs.some(({intact}) => !intact)) this.exit(2)
      return
    }
    const all = await readHistory(where, this.signal)
    const lines = all.slice(-(flags.number ?? (this.json ? all.length : 30)))
    const areSeveral = new Set(all.map(({app}) => app)).size > 1
    for (const {app, entry} of lines) this.result(areSeveral ? {...entry, app} : entry)
    if (!this.json) this.say(historyText(lines, areSeveral))
  }
}
