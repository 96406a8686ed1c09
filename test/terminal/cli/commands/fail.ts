import {Args, Flags} from '@oclif/core'

import {ImmBug, ImmError} from '../../../../src/errors.ts'
import {ImmCommand} from '../../../../src/terminal/command.ts'

/** Fails in the way it is told to. */
export default class Fail extends ImmCommand {
  static override args = {
    how: Args.string({required: true, options: ['known', 'bug', 'stray', 'difference', 'cleanup', 'hostile']}),
  }
  static override flags = {count: Flags.integer()}

  override async run(): Promise<void> {
    const {args} = await this.parse(Fail)
    this.say('text for people')
    this.result({type: 'begun'})
    if (args.how === 'known')
      throw new ImmError('BUILD_FAILED', 'npm ci failed', {output: ['one', '  two'], next: 'Correct it.'})
    if (args.how === 'hostile') {
      const bad = '\u001b]0;title\u0007\u001b[2J\u009b2Jx\u007f'
      this.warning(bad)
      this.result({bad})
      throw new ImmError('BUILD_FAILED', bad, {output: [`\u001b[31mred\u001b[0m ${bad}`], next: bad})
    }
    if (args.how === 'difference') this.exit(2)
    if (args.how === 'stray') {
      setImmediate(() => {
        throw new Error('nobody awaits this')
      })
      await new Promise<void>((resolve) => this.signal.addEventListener('abort', () => resolve()))
      this.say('ended in good order')
      return
    }
    if (args.how === 'cleanup') {
      using stack = new DisposableStack()
      stack.defer(() => {
        throw new Error('cleaning up failed too')
      })
      throw new ImmError('CRASHED', 'the first cause')
    }
    throw new ImmBug('two releases are live')
  }
}
