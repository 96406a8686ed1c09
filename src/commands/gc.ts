import {Flags} from '@oclif/core'

import {ImmCommand} from '../terminal/command.ts'
import {bytes, counted} from '../terminal/formats.ts'

export default class Gc extends ImmCommand {
  static override summary = 'Remove what nobody needs any more, and say what that frees.'
  static override description =
    'Containers that no imm dev looks after and no request reaches, sandboxes, trials, images beyond what is kept for rollback, sockets and secrets that killed imms left, and whatever there is of projects whose directory is gone. What an imm dev looks after is left to it. Volumes hold data: only with --volumes, and only those of projects whose directory is gone.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --dry-run',
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --project shop',
    '<%= config.bin %> <%= command.id %> --json | jq -r \'select(.type == "leftover").name\'',
  ]

  static override flags = {
    'dry-run': Flags.boolean({char: 'n', description: 'Only say what would go.'}),
    project: Flags.string({description: 'Only this project, by the name that `imm status` shows.'}),
    volumes: Flags.boolean({description: 'Volumes of projects whose directory is gone, too: their data is gone then.'}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Gc)
    const {collectGarbage} = await import('../wiring/gc.ts')
    const dryRun = flags['dry-run']
    let count = 0
    let freed = 0
    const {buildCache, held} = await collectGarbage(
      {
        project: flags.project,
        volumes: flags.volumes,
        dryRun,
        onLeftover: (leftover) => {
          count += 1
          freed += leftover.bytes ?? 0
          this.result({type: 'leftover', removed: !dryRun, ...leftover})
          const size = leftover.bytes ? ` (${bytes(leftover.bytes)})` : ''
          this.say(`${dryRun ? 'would remove' : 'removed'} ${leftover.kind} ${leftover.name}${size}`)
        },
      },
      this.signal,
    )
    this.result({type: 'gc', time: new Date().toISOString(), dryRun, count, freedBytes: freed, buildCache, held})
    const things = `${counted(count, 'thing')}, ${bytes(freed)}`
    this.say(count === 0 ? 'There is nothing to remove.' : `${dryRun ? 'To be removed' : 'Removed'}: ${things}.`)
    for (const {project, environment} of held)
      this.say(`${project}/${environment} is looked after by an imm that runs.`)
    if (buildCache && buildCache.bytes > 0)
      this.say(
        `The build cache holds ${bytes(buildCache.bytes)}. The engine does not tell whose it is, so imm leaves it alone; \`docker builder prune\` removes it.`,
      )
  }
}
