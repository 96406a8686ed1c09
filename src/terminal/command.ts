import {Command, Errors, Flags} from '@oclif/core'

import {isStopped} from '../lifecycle/stopped.ts'
import {exitCodes, failureJson, failureOf, failureText} from './failure.ts'
import {interruptible, type Interruptible} from './interrupt.ts'
import {jsonLine} from './json-line.ts'
import {safeText} from './safe-text.ts'
import {painter} from './style.ts'

/**
 * What every command of imm has in common: `--json` and `--verbose`, an abort signal, output, exit codes.
 *
 * `--json` is a flag of ours, not oclif's `enableJsonFlag`: that prints one pretty object when a command has ended,
 * ours is one object per line while it runs, with nothing else on stdout.
 */
export abstract class ImmCommand extends Command {
  static override baseFlags = {
    json: Flags.boolean({helpGroup: 'GLOBAL', description: 'Print one JSON object per line instead of text.'}),
    verbose: Flags.boolean({char: 'v', helpGroup: 'GLOBAL', description: 'Say more: every stage and build step.'}),
  }

  #run: Interruptible | undefined
  #crash: unknown

  /** Aborted by Ctrl-C, SIGTERM, SIGHUP or when nobody reads the output; everything a command awaits takes it. */
  protected get signal(): AbortSignal {
    return this.#interruptible.signal
  }

  /** Aborted by a second Ctrl-C: orderly endings give up and leave at once. */
  protected get hurry(): AbortSignal {
    return this.#interruptible.hurry
  }

  /** Whether stdout belongs to a program. Known before the flags are parsed, so that wrong flags are told in JSON too. */
  protected get json(): boolean {
    const end = this.argv.indexOf('--')
    return (end === -1 ? this.argv : this.argv.slice(0, end)).includes('--json')
  }

  /** Where text for people goes. */
  protected get people(): NodeJS.WriteStream {
    return this.json ? process.stderr : process.stdout
  }

  /** A line for people. */
  protected say(text: string): void {
    this.people.write(`${text}\n`)
  }

  /** Something to know that stops nothing. On stderr, where it is in no program's way. */
  protected readonly warning = (message: string): void => {
    process.stderr.write(`${painter(process.stderr)('yellow', 'warning:')} ${safeText(message, false)}\n`)
  }

  /** A line for programs; without `--json` nothing. */
  protected result(value: object): void {
    if (this.json) process.stdout.write(jsonLine(value))
  }

  get #interruptible(): Interruptible {
    this.#run ??= interruptible()
    return this.#run
  }

  protected override async init(): Promise<void> {
    await super.init()
    void this.#interruptible
    // oclif's own listener throws on everything but EPIPE: a terminal that was closed gives EIO, and imm would die
    // while it still has containers to retire.
    process.stdout.removeAllListeners('error')
    process.stdout.on('error', this.#readerGone)
    // Words for people that nobody reads are no reason to stop what programs read on stdout.
    process.stderr.on('error', () => {})
    process.on('uncaughtException', this.#crashed)
  }

  protected override async catch(error: unknown): Promise<void> {
    if (error instanceof Errors.ExitError) throw error
    if (this.#crash === undefined && this.#isInterruption(error)) this.exit(this.#interruptedCode())
    const flags = Object.keys({...this.ctor.baseFlags, ...this.ctor.flags})
    const failure = failureOf(this.#crash ?? error, (this.id ?? '').replaceAll(':', ' '), flags)
    this.result(failureJson(failure))
    process.stderr.write(failureText(failure, painter(process.stderr)))
    this.exit(failure.exitCode)
  }

  protected override async finally(failed: Error | undefined): Promise<void> {
    this.#run?.[Symbol.dispose]()
    process.off('uncaughtException', this.#crashed)
    await super.finally(failed)
    if (failed !== undefined) return
    if (this.#crash !== undefined) await this.catch(this.#crash)
    if (this.signal.aborted) process.exitCode = this.#interruptedCode()
  }

  #interruptedCode(): number {
    return this.#interruptible.cause === 'reader-gone' ? exitCodes.done : exitCodes.interrupted
  }

  /** Whether it only says that we were stopped: the signal's own reason, or what Node's APIs make of it. */
  #isInterruption(error: unknown): boolean {
    if (!this.signal.aborted) return false
    if (isStopped(error)) return true
    return error instanceof Error && (error.name === 'AbortError' || error.cause === this.signal.reason)
  }

  readonly #readerGone = () => this.#interruptible.interrupt('reader-gone')

  /** An error outside of what the command awaits: end in good order all the same, and say it was a bug. */
  readonly #crashed = (error: unknown) => {
    this.#crash ??= error
    process.exitCode = exitCodes.bug
    this.#interruptible.interrupt('crash')
  }
}
