import {once} from 'node:events'

import {Flags} from '@oclif/core'

import {ImmCommand} from '../../../../src/terminal/command.ts'

/** Waits for signals and says which it saw. */
export default class Wait extends ImmCommand {
  static override flags = {
    stubborn: Flags.boolean({description: 'wait for a second Ctrl-C'}),
    throws: Flags.boolean({description: 'end by the reason of the signal'}),
    hangs: Flags.boolean({description: 'never end'}),
  }

  override async run(): Promise<void> {
    const {flags} = await this.parse(Wait)
    using alive = new DisposableStack()
    const timer = setInterval(() => {}, 1000)
    alive.defer(() => clearInterval(timer))
    this.say('waiting')
    if (!this.signal.aborted) await once(this.signal, 'abort')
    this.say('stopping')
    if (flags.throws) this.signal.throwIfAborted()
    if (flags.stubborn || flags.hangs) await once(this.hurry, 'abort')
    if (flags.stubborn) this.say('at once')
    if (flags.hangs) await new Promise(() => {})
  }
}
