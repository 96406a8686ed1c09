import path from 'node:path'

import {Flags} from '@oclif/core'

import {ImmCommand} from '../terminal/command.ts'
import {settingFlags, toSettingFlags} from '../terminal/setting-flags.ts'

export default class Dev extends ImmCommand {
  static override summary = 'Replace the running container on every change, without a failed request.'
  static override description = `Watches the project, builds an image of every change, starts it beside the live release, proves it healthy and gives it the traffic in one step. What fails on the way never gets traffic: the live release keeps serving.

A Dockerfile or a Compose file is enough; imm.yaml and these flags say what differs. What the Compose file builds is replaced on change, each app by itself; what comes as an image is started once and outlives releases. Keys in a terminal: r build without the cache and release again, b roll back, o open, l logs, q quit.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --port 3000   # also on http://localhost:3000',
    '<%= config.bin %> <%= command.id %> --health /ready --env LOG_LEVEL=debug',
    '<%= config.bin %> <%= command.id %> --json | jq -r \'select(.type == "live").release\'',
  ]

  static override flags = {
    environment: Flags.string({
      char: 'e',
      default: 'main',
      description: 'Environment to run; each has its own address, containers and volumes.',
    }),
    port: Flags.integer({
      char: 'p',
      min: 0,
      max: 65_535,
      description: 'Port of this machine for this environment alone, beside the shared one.',
    }),
    compose: Flags.string({
      multiple: true,
      helpValue: 'FILE',
      description: 'Compose file, in place of the one that is there; several are laid over each other.',
    }),
    profile: Flags.string({multiple: true, helpValue: 'NAME', description: 'Profile of the Compose file to run, too.'}),
    open: Flags.boolean({description: 'Open the browser once the first release is live.'}),
    'no-logs': Flags.boolean({description: "Don't show what the application prints."}),
    ...settingFlags,
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Dev)
    const [{runDev}, {devView}] = await Promise.all([import('../wiring/dev.ts'), import('../terminal/dev-view.ts')])
    await using view = devView({
      json: this.json,
      verbose: flags.verbose,
      logs: !flags['no-logs'],
      open: flags.open,
      signal: this.signal,
    })
    await runDev(
      {
        directory: path.resolve('.'),
        environment: flags.environment,
        ownPort: flags.port,
        files: flags.compose ?? [],
        profiles: flags.profile ?? [],
        flags: toSettingFlags(flags),
        listener: view.event,
        onReady: view.ready,
      },
      this.signal,
      this.hurry,
    )
    this.say('Stopped. Images and volumes stay; `imm down` removes the images.')
  }
}
