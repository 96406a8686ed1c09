import path from 'node:path'

import {Args} from '@oclif/core'

import {ImmCommand} from '../terminal/command.ts'
import {settingFlags, toSettingFlags} from '../terminal/setting-flags.ts'

const {context, file, target, 'build-arg': buildArg} = settingFlags

export default class Explain extends ImmCommand {
  static override summary = 'Say what a change of a file would cost, why, and how to make it cheap.'
  static override description = `A change that reaches the image through the Dockerfile's last COPY instructions costs one layer on the last full image (delta), however large the project is. What a RUN, another stage or a later instruction could read costs a full build. What enters no image costs nothing.

Without FILE: everything at the top of the build context. A directory costs what the dearest of its files costs. Needs no engine: what only the images can tell (a base with ONBUILD, an engine that adds no layers) can make a full build of what is called delta here; imm dev -v says so then.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> src/server.js package.json',
    '<%= config.bin %> <%= command.id %> --json | jq -r \'select(.how == "full") | .file\'',
  ]

  static override strict = false
  static override args = {
    file: Args.string({ignoreStdin: true, description: 'Files or directories, relative to the current directory.'}),
  }
  static override flags = {context, file, target, 'build-arg': buildArg}

  async run(): Promise<void> {
    const {argv, flags} = await this.parse(Explain)
    const [{runExplain}, {explainText, overviewText}, {columnsOf}] = await Promise.all([
      import('../wiring/explain.ts'),
      import('../terminal/explain-text.ts'),
      import('../terminal/formats.ts'),
    ])
    const files = (argv as string[]).map((name) => path.resolve(name))
    const paths = await runExplain({directory: path.resolve('.'), flags: toSettingFlags(flags), files}, this.signal)
    for (const each of paths) this.result({type: 'explain', time: new Date().toISOString(), ...each})
    if (!this.json) this.say(files.length > 0 ? explainText(paths) : overviewText(paths, columnsOf(process.stdout)))
  }
}
