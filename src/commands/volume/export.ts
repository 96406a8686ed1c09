import {once} from 'node:events'

import {Args} from '@oclif/core'

import {whereOf} from '../../terminal/environment-flags.ts'
import {VolumeCommand} from '../../terminal/volume-command.ts'

export default class VolumeExport extends VolumeCommand {
  static override summary = 'Print the dump that a snapshot is.'
  static override description = 'What the service’s snapshot command printed, byte by byte, for another tool to read.'
  static override examples = ['<%= config.bin %> <%= command.id %> db-data@before-migration > shop.sql']

  static override args = {
    snapshot: Args.string({
      ignoreStdin: true,
      required: true,
      description: 'As `imm volume ls` names it: `db-data@SNAPSHOT`.',
    }),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(VolumeExport)
    const {exportDump} = await import('../../wiring/volumes.ts')
    await exportDump(
      args.snapshot,
      whereOf(flags),
      async (chunk) => {
        if (!process.stdout.write(chunk)) await once(process.stdout, 'drain', {signal: this.signal})
      },
      this.signal,
    )
  }
}
