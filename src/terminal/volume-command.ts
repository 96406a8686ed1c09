import {Flags} from '@oclif/core'

import type {VolumeOptions} from '../wiring/volumes.ts'
import {ImmCommand} from './command.ts'
import {confirm} from './confirm.ts'
import {environmentFlags, whereOf} from './environment-flags.ts'
import {volumeView} from './volume-view.ts'

export const yesFlag = {yes: Flags.boolean({char: 'y', description: 'Don’t ask.'})}

export const backupFlag = {
  backup: Flags.boolean({
    default: true,
    allowNo: true,
    description: 'Keep what the volume holds now as a snapshot, `before-` and the time.',
  }),
}

/** What commands have in common that work on volumes. */
export abstract class VolumeCommand extends ImmCommand {
  static override baseFlags = {...ImmCommand.baseFlags, ...environmentFlags}

  /** Runs work with what it needs, and clears its line of progress. */
  protected async work<T>(
    flags: {environment: string; project?: string | undefined; yes?: boolean},
    act: (options: VolumeOptions) => Promise<T>,
  ): Promise<T> {
    const view = volumeView(
      this.people,
      (text) => this.say(text),
      (value) => this.result({...value, time: new Date().toISOString()}),
      this.warning,
    )
    try {
      return await act({
        where: whereOf(flags),
        onHappening: (happening) => view.show(happening),
        confirm: async (question) => flags.yes === true || confirm(question, this.signal),
      })
    } finally {
      view.end()
    }
  }
}
