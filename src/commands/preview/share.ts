import path from 'node:path'

import {Args, Flags} from '@oclif/core'

import {ImmCommand} from '../../terminal/command.ts'
import {durationFlag} from '../../terminal/duration-flag.ts'

const day = 24 * 3_600_000

export default class PreviewShare extends ImmCommand {
  static override summary = 'Print a link that opens a preview for whoever has it.'
  static override description =
    'The link opens this one preview until it expires, without a password: the browser keeps a session in its place. `--revoke` ends all links and sessions that were given so far, of every preview.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> feature/login --expires 24h',
    '<%= config.bin %> <%= command.id %> feature/login --to /checkout',
    '<%= config.bin %> <%= command.id %> --revoke',
  ]

  static override args = {
    name: Args.string({
      ignoreStdin: true,
      description: 'Branch, or name of the environment; what is checked out here without one.',
    }),
  }

  static override flags = {
    expires: durationFlag(60_000)({
      default: day,
      helpValue: '24h',
      description: 'How long the link is good: 24h by default.',
    }),
    to: Flags.string({helpValue: '/path', description: 'Path that it leads to.'}),
    app: Flags.string({description: 'App that is meant, where the preview has several addresses.'}),
    project: Flags.string({description: 'Project, where it is not the one of the current directory.'}),
    revoke: Flags.boolean({
      exclusive: ['expires', 'to', 'app'],
      description: 'End all links and sessions given so far instead.',
    }),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(PreviewShare)
    const {revokeLinks, shareLink} = await import('../../wiring/preview/share.ts')
    if (flags.revoke) {
      await revokeLinks()
      this.result({type: 'revoked'})
      return this.say('All links and sessions that were given so far have ended.')
    }
    const {app, project, to} = flags
    const meant = {name: args.name, directory: path.resolve('.'), project, app}
    const shared = await shareLink(meant, {lastsMs: flags.expires ?? day, to}, this.signal)
    const {expiresMs, ...rest} = shared
    this.result({type: 'link', ...rest, ...(shared.asks ? {expires: new Date(expiresMs).toISOString()} : {})})
    if (this.json) return
    this.say(shared.url)
    this.warning(
      shared.asks
        ? `whoever has this link sees ${shared.environment} of ${shared.project} until ${new Date(expiresMs).toISOString()}`
        : `nobody has to log in to ${shared.environment} of ${shared.project}: its address is all there is to share`,
    )
  }
}
