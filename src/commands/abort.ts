import {ImmCommand} from '../terminal/command.ts'
import {appFlags, whereOf} from '../terminal/environment-flags.ts'

export default class Abort extends ImmCommand {
  static override summary = 'Give up a release that is taking over the traffic.'
  static override description =
    'Ends a canary, a rolling replacement or a mirror that is under way: the live release has all of the traffic again, and the new one is removed once its requests have ended. The next save is tried as usual.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --environment feature-x',
  ]

  static override flags = {
    ...appFlags,
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Abort)
    const {runDecision} = await import('../wiring/decide.ts')
    const {release, environment} = await runDecision(whereOf(flags), 'abort', this.signal)
    this.result({type: 'aborted', time: new Date().toISOString(), environment, release})
    this.say(`${release} was given up: the live release has all of the traffic.`)
  }
}
