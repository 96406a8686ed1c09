import {Flags} from '@oclif/core'

import {ImmCommand} from '../terminal/command.ts'
import {appFlags, whereOf} from '../terminal/environment-flags.ts'

export default class Releases extends ImmCommand {
  static override summary = 'List the releases there were: what changed, how they were built, what became of them.'
  static override description =
    'Newest first, those of all apps of an environment together. NOW: live, warm (paused, ready for a rollback), image (can be started again) or gone. OUTCOME: what came of the attempt. COMMIT: + says that there were changes in no commit. Releases that were superseded before they had traffic are shown with --all only; --json has them always. Works when nothing runs, too.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --all --limit 100 --environment login',
    '<%= config.bin %> <%= command.id %> --json | jq -r \'select(.outcome == "rejected") | .release\'',
  ]

  static override flags = {
    ...appFlags,
    all: Flags.boolean({char: 'a', description: 'Also those that were superseded before they had traffic.'}),
    limit: Flags.integer({char: 'n', min: 1, default: 20, description: 'Only the newest so many.'}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Releases)
    const [{readReleases}, {releasesText, worthShowing}] = await Promise.all([
      import('../wiring/history.ts'),
      import('../terminal/releases-text.ts'),
    ])
    const known = await readReleases(whereOf(flags), this.warning, this.signal)
    const releases = known.slice(0, flags.limit)
    for (const {entries: _entries, configuration: _configuration, ...release} of releases)
      this.result({type: 'release', ...release})
    if (this.json) return
    const {shown, leftOut} = flags.all ? {shown: releases, leftOut: 0} : worthShowing(known, flags.limit)
    const withApps = new Set(known.map(({app}) => app)).size > 1
    this.say(releasesText({releases: shown, leftOut, withApps}, Date.now(), process.stdout))
  }
}
