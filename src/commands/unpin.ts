import {ImmCommand} from '../terminal/command.ts'
import {appFlags, whereOf} from '../terminal/environment-flags.ts'

export default class Unpin extends ImmCommand {
  static override summary = 'Release what is in the working tree again, after a rollback.'
  static override description =
    'A rollback holds the environment at its release, across restarts of imm dev, until something is saved. This does without the save.'
  static override examples = ['<%= config.bin %> <%= command.id %>']

  static override flags = {
    ...appFlags,
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Unpin)
    const {runUnpin} = await import('../wiring/unpin.ts')
    const {release, environment, releasing} = await runUnpin(whereOf(flags), this.signal)
    this.result({type: 'unpinned', time: new Date().toISOString(), environment, release})
    const was = release === undefined ? 'It was not pinned.' : `No longer pinned to ${release}.`
    this.say(
      `${was} ${releasing ? 'What is in the working tree is released now.' : 'The next `imm dev` releases what is in the working tree.'}`,
    )
  }
}
