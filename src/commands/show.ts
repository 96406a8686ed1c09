import {Args, Flags} from '@oclif/core'

import {releaseArgument} from '../terminal/arguments.ts'
import {ImmCommand} from '../terminal/command.ts'
import {appFlags, whereOf} from '../terminal/environment-flags.ts'

export default class Show extends ImmCommand {
  static override summary = 'Show everything that is known of a release, and what it changed.'
  static override description =
    'What was saved, by whom, at which commit, how it was built, what happened to it since, and which settings differ from those of the release before. Values of the environment are never kept: a digest in brackets says that one changed.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> r12',
    '<%= config.bin %> <%= command.id %> r12 --against r9 --files   # what their images hold, path by path',
    '<%= config.bin %> <%= command.id %> r12 --json | jq .settingChanges',
  ]

  static override args = {
    release: Args.string({
      ignoreStdin: true,
      required: true,
      description: 'Release as `imm releases` shows it, or its number: r12.',
    }),
  }

  static override flags = {
    ...appFlags,
    against: Flags.string({helpValue: 'RELEASE', description: 'Release to compare with; by default the one before.'}),
    files: Flags.boolean({description: 'Compare everything that the two images hold; both must still be there.'}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(Show)
    const request = {
      where: whereOf(flags),
      release: releaseArgument(args.release),
      against: releaseArgument(flags.against),
      files: flags.files,
    }
    const [{readRelease}, {showText}] = await Promise.all([
      import('../wiring/history.ts'),
      import('../terminal/show-text.ts'),
    ])
    const shown = await readRelease(request, this.warning, this.signal)
    this.result({type: 'release', ...shown})
    if (!this.json) this.say(showText(shown))
  }
}
