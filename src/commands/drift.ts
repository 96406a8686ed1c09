import {Args, Flags} from '@oclif/core'

import {releaseArgument} from '../terminal/arguments.ts'
import {ImmCommand} from '../terminal/command.ts'
import {appFlags, whereOf} from '../terminal/environment-flags.ts'
import type {ContainerDrift, OpenDrift} from '../wiring/drift.ts'

export default class Drift extends ImmCommand {
  static override summary = 'Compare what runs with its image and settings.'
  static override description = `Every live and warm release of the environment: files added, changed and deleted outside of volumes and tmpfs, environment, command, user, limits, mounts, networks, and the image behind the release's name. What an application writes to its declared volumes and tmpfs is no drift, nor is a file that was only touched.

Ends with 0 where nothing differs, with 2 where something does, with 1 where that could not be found out, be it of one app alone.`
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
    const {openDrift, openDrifts} = await import('../wiring/drift.ts')
    const where = whereOf(flags)
    if (flags.show !== undefined || release !== undefined) {
      const drift = await openDrift(where, this.signal, release)
      if (flags.show !== undefined) return this.#show(drift, flags.show, release)
      return this.#look([drift], release, flags.watch)
    }
    return this.#look(await openDrifts(where, this.signal), release, flags.watch)
  }

  async #look(
    drifts: readonly OpenDrift[],
    release: ReturnType<typeof releaseArgument>,
    watch: boolean,
  ): Promise<void> {
    const {driftText} = await import('../terminal/drift-text.ts')
    const tell = (drift: OpenDrift) => (one: ContainerDrift) => {
      this.#differences(drift, one)
      if (!this.json) this.say(drifts.length > 1 ? `${drift.id.app}: ${driftText(one)}` : driftText(one))
    }
    if (watch) {
      const {watchDrift} = await import('../wiring/watch-drift.ts')
      await Promise.all(drifts.map(async (drift) => watchDrift(drift, release, tell(drift), this.signal)))
      return
    }
    const {driftOfEach} = await import('../wiring/drift-of-each.ts')
    const onFound = (drift: OpenDrift, found: readonly ContainerDrift[]) => {
      for (const one of found) tell(drift)(one)
      const releases = found.map(({differences, ...one}) => ({...one, count: differences.length}))
      const count = releases.reduce((sum, one) => sum + one.count, 0)
      this.result({type: 'drift', time: now(), ...drift.id, drifted: count > 0, count, releases})
    }
    const {count, idle, failed} = await driftOfEach(drifts, release, onFound, this.signal)
    for (const app of idle) this.warning(`nothing runs of ${app}`)
    const [first, ...others] = failed
    for (const {app, error} of others) this.warning(`${app}: ${error.message}`)
    if (first && drifts.length > 1) this.warning(`${first.app} could not be looked at`)
    if (first) throw first.error
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
