import {ImmCommand} from '../terminal/command.ts'
import {appFlags, whereOf} from '../terminal/environment-flags.ts'

export default class Promote extends ImmCommand {
  static override summary = 'Give a canary all of the traffic now.'
  static override description =
    'Ends the steps that a new release takes beside the live one, or the copies that it answers, without waiting for the rest of them. What comes after the flip is as always: the release before is kept warm, and the new one is watched.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --environment feature-x',
  ]

  static override flags = {
    ...appFlags,
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Promote)
    const {runDecision} = await import('../wiring/decide.ts')
    const {release, environment} = await runDecision(whereOf(flags), 'promote', this.signal)
    this.result({type: 'promoted', time: new Date().toISOString(), environment, release})
    this.say(`${release} has all of the traffic. \`imm rollback\` gives it back.`)
  }
}
