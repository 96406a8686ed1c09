import path from 'node:path'

import {Args, Flags} from '@oclif/core'

import {ImmCommand} from '../../terminal/command.ts'

export default class ParityLock extends ImmCommand {
  static override summary = 'Write what is known of a side to a file that can be committed, reviewed and signed.'
  static override description = `The facts of an image, a release, a container, a Compose service, a manifest or the working tree: digests, base image, configuration, packages, runtimes, libraries, and one digest of all files. Later, and on machines that reach neither, \`imm parity A lock:FILE\` compares with it. Of variables that look like secrets it has a digest alone.

Make a key with \`openssl genpkey -algorithm ed25519 -out lock.key\`, and its public half with \`openssl pkey -in lock.key -pubout -out lock.pub\`.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> image:registry.example/shop:1.4 -o staging.lock --sign lock.key',
    '<%= config.bin %> <%= command.id %> --check staging.lock --key lock.pub',
    '<%= config.bin %> <%= command.id %> release:r12 -o - | diff imm.lock -',
  ]

  static override args = {
    side: Args.string({
      ignoreStdin: true,
      default: 'tree:.',
      description: 'What to write down, as `imm parity` takes it.',
    }),
  }
  static override flags = {
    output: Flags.string({
      char: 'o',
      helpValue: 'FILE',
      default: 'imm.lock',
      description: 'Where to write it; - is the standard output.',
    }),
    sign: Flags.string({
      helpValue: 'KEYFILE',
      exclusive: ['check'],
      description: 'Sign it with an ed25519 private key (PEM).',
    }),
    check: Flags.string({
      helpValue: 'FILE',
      description: 'Write nothing: see whether a lock file can be read, and with --key whether it is signed.',
    }),
    key: Flags.string({
      helpValue: 'KEYFILE',
      dependsOn: ['check'],
      description: 'The ed25519 public key (PEM) that it has to be signed by.',
    }),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(ParityLock)
    const cwd = path.resolve('.')
    const {checkLock, lockSide} = await import('../../wiring/parity/lock.ts')
    const {checkedText, lockedText} = await import('../../terminal/lock-text.ts')
    if (flags.check !== undefined) {
      const checked = await checkLock({file: flags.check, keyFile: flags.key, cwd}, this.signal)
      const {facts, key, checked: verified} = checked
      this.result({type: 'lock', time: now(), file: flags.check, side: facts.name, key, checked: verified})
      return this.say(checkedText(flags.check, checked))
    }
    const {buildSteps} = await import('../../terminal/progress/build-steps.ts')
    const toStdout = flags.output === '-'
    using steps = buildSteps(toStdout ? process.stderr : this.people, flags.verbose)
    const request = {side: args.side, file: flags.output, keyFile: flags.sign, cwd}
    const locked = await lockSide(
      {...request, onStep: (step) => steps.step(step), onWarning: this.warning},
      this.signal,
    )
    const {facts, key, text} = locked
    for (const {part, reason} of facts.gaps) this.warning(`not all is in it (${part}): ${reason}`)
    this.result({type: 'lock', time: now(), file: flags.output, side: facts.name, key, gaps: facts.gaps})
    if (!toStdout) this.say(lockedText(flags.output, locked))
    else if (!this.json) process.stdout.write(text)
  }
}

const now = (): string => new Date().toISOString()
