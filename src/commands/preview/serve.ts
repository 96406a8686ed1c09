import {Args, Flags} from '@oclif/core'

import {ImmCommand} from '../../terminal/command.ts'
import {durationFlag} from '../../terminal/duration-flag.ts'

export default class PreviewServe extends ImmCommand {
  static override summary = 'Keep a preview for every branch, for as long as the branch is there.'
  static override description = `Brings a preview up for every branch that \`previews.branches\` matches, brings it to each new commit without a failed request, and takes it down when the branch is gone. A repository of this machine is watched; a remote one is fetched again and again, and at once where a webhook says that something moved.

It goes on from what git says and what runs, however it ended before. What is rejected is tried again once its branch or the settings move.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> git@example.org:team/shop.git --every 1m',
    '<%= config.bin %> <%= command.id %> https://example.org/team/shop.git --webhook-port 7072 --webhook-secret-file secret',
    '<%= config.bin %> <%= command.id %> --once --json',
  ]

  static override args = {
    repository: Args.string({
      ignoreStdin: true,
      default: '.',
      description: 'Directory of a repository, or the address of a remote one.',
    }),
  }
  static override flags = {
    every: durationFlag(1000)({
      default: 30_000,
      helpValue: '30s',
      description: 'Time between two fetches of a remote repository.',
    }),
    once: Flags.boolean({description: 'End once the previews are what git says, or cannot be made so.'}),
    'webhook-port': Flags.integer({
      min: 0,
      max: 65_535,
      description: 'Receive webhooks of GitHub, GitLab or Gitea on this port of this machine.',
    }),
    'webhook-secret-file': Flags.string({
      dependsOn: ['webhook-port'],
      helpValue: 'FILE',
      description: "The webhook's secret, in place of IMM_WEBHOOK_SECRET.",
    }),
    'webhook-host': Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      dependsOn: ['webhook-port'],
      helpValue: 'NAME',
      description: 'Name under which a tunnel or a proxy passes webhooks on, beside localhost.',
    }),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(PreviewServe)
    const [{runServe}, {webhookSecret}, {serveView}] = await Promise.all([
      import('../../wiring/preview/serve.ts'),
      import('../../wiring/preview/webhook-secret.ts'),
      import('../../terminal/serve-view.ts'),
    ])
    const port = flags['webhook-port']
    const secret = port === undefined ? '' : await webhookSecret(flags['webhook-secret-file'], this.signal)
    await using view = serveView({json: this.json, verbose: flags.verbose})
    await runServe(
      {
        repository: args.repository,
        once: flags.once,
        everyMs: flags.every,
        webhooks: port === undefined ? undefined : {port, secret, hosts: flags['webhook-host'] ?? []},
        emit: view.serve,
        listener: view.lifecycle,
      },
      this.signal,
    )
  }
}
