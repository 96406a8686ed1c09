import {Flags} from '@oclif/core'

import {ImmCommand} from '../terminal/command.ts'
import {environmentFlags, whereOf} from '../terminal/environment-flags.ts'

export default class Releases extends ImmCommand {
  static override summary = 'List the releases there were: what changed, how they were built, what became of them.'
  static override description =
    'Newest first. NOW: live, warm (paused, ready for a rollback), image (can be started again) or gone. OUTCOME: what came of the attempt. COMMIT: + says that there were changes in no commit. Works when nothing runs, too.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --limit 100 --environment login',
    '<%= config.bin %> <%= command.id %> --json | jq -r \'select(.outcome == "rejected") | .release\'',
  ]

  static override flags = {
    ...environmentFlags,
    limit: Flags.integer({char: 'n', min: 1, default: 20, description: 'Only the newest so many.'}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Releases)
    const [{readReleases}, {releasesText}] = await Promise.all([
      import('../wiring/history.ts'),
      import('../terminal/releases-text.ts'),
    ])
    const releases = (await readReleases(whereOf(flags), this.warning, this.signal)).slice(0, flags.limit)
    for (const {entries: _entries, configuration: _configuration, ...release} of releases)
      this.result({type: 'release', ...release})
    if (!this.json) this.say(releasesText(releases, Date.now(), process.stdout))
  }
}
