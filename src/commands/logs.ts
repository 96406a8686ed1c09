import {Args, Flags} from '@oclif/core'

import {ImmError} from '../errors.ts'
import {logWords, wordsAsTyped} from '../terminal/arguments.ts'
import {ImmCommand} from '../terminal/command.ts'
import {appFlags, whereOf} from '../terminal/environment-flags.ts'
import {painter} from '../terminal/style.ts'
import type {Source} from '../wiring/all-logs.ts'

export default class Logs extends ImmCommand {
  static override summary = 'Print what apps, their releases and backing services have printed.'
  static override description =
    'Of all apps and backing services of the environment, by time, or of those that are named: the live release, and with --follow those that come after it as well. Of one release where that is named. Each line has its app or service, where there are several, and its release in front.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> -f',
    '<%= config.bin %> <%= command.id %> web db -f',
    '<%= config.bin %> <%= command.id %> r12-3fa9c1e --tail 100',
    '<%= config.bin %> <%= command.id %> --service db -f',
  ]

  static override strict = false
  static override args = {
    name: Args.string({
      ignoreStdin: true,
      description: 'Apps and backing services, or a release as `imm releases` shows it, or its number: r12.',
    }),
  }

  static override flags = {
    ...appFlags,
    follow: Flags.boolean({char: 'f', description: 'Go on until Ctrl-C.'}),
    service: Flags.string({
      char: 's',
      helpValue: 'NAME',
      exclusive: ['app'],
      description: 'Of this backing service.',
    }),
    tail: Flags.integer({char: 'n', min: 0, description: 'Only the last so many lines of each.'}),
  }

  async run(): Promise<void> {
    const {raw, flags} = await this.parse(Logs)
    const {release, names} = logWords(wordsAsTyped(raw))
    const {service, app, follow, tail} = flags
    const where = whereOf(flags)
    if (names.length > 0 && (service !== undefined || app !== undefined))
      throw new ImmError('USAGE', 'what is meant is named twice: as an argument, and by --app or --service')
    if (service !== undefined) {
      if (release !== undefined) throw new ImmError('USAGE', 'a backing service has no releases')
      const {readServiceLogs} = await import('../wiring/service-logs.ts')
      const print = await this.#printer([service])
      return readServiceLogs(
        {where, service, follow, tail},
        (line) => print({name: service, release: undefined}, line),
        this.signal,
      )
    }
    if (release === undefined && app === undefined) {
      const {logSources, readAllLogs} = await import('../wiring/all-logs.ts')
      const sources = await logSources(where, names, this.signal)
      const all = [...sources.apps, ...sources.services]
      if (names.length > 0 || all.length > 1)
        return readAllLogs({where, ...sources, follow, tail}, await this.#printer(all), this.signal)
    }
    const {readLogs} = await import('../wiring/logs.ts')
    const print = await this.#printer([])
    await readLogs(
      {where, release, follow, tail},
      (from, line) => print({name: from.app, release: from.release}, line),
      this.signal,
    )
  }

  /** Prints lines of what has one of these names; without any, people see its release alone. */
  async #printer(names: readonly string[]) {
    const {releaseStyle} = await import('../terminal/progress/palette.ts')
    const paint = painter(process.stdout)
    const width = Math.max(0, ...names.map((name) => name.length))
    return ({name, release}: Source, {stream, text, timeMs}: Line) => {
      const whose = release === undefined ? {service: name} : {app: name, release}
      this.result({type: 'log', time: new Date(timeMs).toISOString(), ...whose, stream, text})
      const heads = [
        ...(names.length === 0 ? [] : [paint('cyan', name.padEnd(width))]),
        ...(release === undefined ? [] : [paint(releaseStyle(release), release)]),
      ]
      if (!this.json) this.say([...heads, text].join(' '))
    }
  }
}

interface Line {
  stream: 'stdout' | 'stderr'
  text: string
  timeMs: number
}
