import {Args, Flags} from '@oclif/core'

import {releaseArgument} from '../terminal/arguments.ts'
import {ImmCommand} from '../terminal/command.ts'
import {appFlags, whereOf} from '../terminal/environment-flags.ts'
import type {ContainerDrift, OpenDrift} from '../wiring/drift.ts'

export default class Drift extends ImmCommand {
  static override summary = 'Compare what runs with its image and settings.'
  static override description = `Every live and warm release of the environment: files added, changed and deleted outside of volumes and tmpfs, environment, command, user, limits, mounts, networks, and the image behind the release's name. What an application writes to its declared volumes and tmpfs is no drift, nor is a file that was only touched.

Ends with 0 where nothing differs, with 2 where something does, with 1 where that could not be found out.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --show /app/config.json',
    '<%= config.bin %> <%= command.id %> --watch',
    '<%= config.bin %> <%= command.id %> --json | jq -r \'select(.type == "difference") | .path\'',
  ]

  static override args = {
    release: Args.string({ignoreStdin: true, description: 'Release as `imm status` shows it; else all that run.'}),
  }
  static override flags = {
    ...appFlags,
    watch: Flags.boolean({
      char: 'w',
      exclusive: ['show'],
      description: 'Go on until Ctrl-C, and print only what is new.',
    }),
    show: Flags.string({
      helpValue: 'PATH',
      description: "Print that file, or its difference from the image's; a relative path begins in WORKDIR.",
    }),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(Drift)
    const release = releaseArgument(args.release)
    const {openDrift} = await import('../wiring/drift.ts')
    const drift = await openDrift(whereOf(flags), this.signal)
    if (flags.show !== undefined) return this.#show(drift, flags.show, release)
    const {driftText} = await import('../terminal/drift-text.ts')
    const tell = (one: ContainerDrift) => {
      this.#differences(drift, one)
      if (!this.json) this.say(driftText(one))
    }
    if (flags.watch) {
      const {watchDrift} = await import('../wiring/watch-drift.ts')
      return watchDrift(drift, release, tell, this.signal)
    }
    const found = await drift.compare(await drift.running(release, this.signal), this.signal)
    for (const one of found) tell(one)
    const releases = found.map(({differences, ...one}) => ({...one, count: differences.length}))
    const count = releases.reduce((sum, one) => sum + one.count, 0)
    this.result({type: 'drift', time: now(), ...drift.id, drifted: count > 0, count, releases})
    if (count > 0) this.exit(2)
  }

  #differences({id}: OpenDrift, {release, state, container, differences}: ContainerDrift): void {
    for (const difference of differences)
      this.result({type: 'difference', time: now(), ...id, release, state, container, ...difference})
  }

  async #show(drift: OpenDrift, file: string, release: ReturnType<typeof releaseArgument>): Promise<void> {
    const [{showDrift}, {driftedPathText}] = await Promise.all([
      import('../wiring/show-drift.ts'),
      import('../terminal/drifted-path-text.ts'),
    ])
    const shown = await showDrift(drift, file, release, this.signal)
    this.result({type: 'show', time: now(), ...drift.id, ...shown})
    if (!this.json) this.say(driftedPathText(shown, process.stdout.isTTY))
    if (shown.differs) this.exit(2)
  }
}

const now = (): string => new Date().toISOString()
