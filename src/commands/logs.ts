import {Args, Flags} from '@oclif/core'

import {ImmError} from '../errors.ts'
import {releaseArgument} from '../terminal/arguments.ts'
import {ImmCommand} from '../terminal/command.ts'
import {appFlags, whereOf} from '../terminal/environment-flags.ts'
import {painter} from '../terminal/style.ts'

export default class Logs extends ImmCommand {
  static override summary = 'Print what releases, or a backing service, have printed.'
  static override description =
    'Without a release: the live one; with --follow, those that come after it as well. Each line has its release in front. Of an environment with several apps or backing services: the lines of all, by time.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> -f',
    '<%= config.bin %> <%= command.id %> r12-3fa9c1e --tail 100',
    '<%= config.bin %> <%= command.id %> --service db -f',
  ]

  static override args = {
    release: Args.string({description: 'Release as `imm releases` shows it, or its number: r12.'}),
  }

  static override flags = {
    ...appFlags,
    follow: Flags.boolean({char: 'f', description: 'Go on until Ctrl-C.'}),
    service: Flags.string({char: 's', helpValue: 'NAME', description: 'Of this backing service.'}),
    tail: Flags.integer({char: 'n', min: 0, description: 'Only the last so many lines.'}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(Logs)
    const [{readLogs}, {releaseStyle}] = await Promise.all([
      import('../wiring/logs.ts'),
      import('../terminal/progress/palette.ts'),
    ])
    const paint = painter(process.stdout)
    const {service, follow, tail} = flags
    if (service !== undefined) {
      if (args.release !== undefined) throw new ImmError('USAGE', 'a backing service has no releases')
      const {readServiceLogs} = await import('../wiring/service-logs.ts')
      return readServiceLogs(
        {where: whereOf(flags), service, follow, tail},
        ({stream, text, timeMs}) => {
          this.result({type: 'log', time: new Date(timeMs).toISOString(), service, stream, text})
          if (!this.json) this.say(`${paint('cyan', service)} ${text}`)
        },
        this.signal,
      )
    }
    if (args.release === undefined && flags.app === undefined) {
      const {logSources, readAllLogs} = await import('../wiring/all-logs.ts')
      const sources = await logSources(whereOf(flags), this.signal)
      const names = [...sources.apps, ...sources.services]
      if (names.length > 1) {
        const width = Math.max(...names.map((name) => name.length))
        return readAllLogs(
          {where: whereOf(flags), ...sources, follow, tail},
          ({name, release}, {stream, text, timeMs}) => {
            const whose = release === undefined ? {service: name} : {app: name, release}
            this.result({type: 'log', time: new Date(timeMs).toISOString(), ...whose, stream, text})
            const head = release === undefined ? '' : `${paint(releaseStyle(release), release)} `
            if (!this.json) this.say(`${paint('cyan', name.padEnd(width))} ${head}${text}`)
          },
          this.signal,
        )
      }
    }
    const request = {
      where: whereOf(flags),
      release: releaseArgument(args.release),
      follow: flags.follow,
      tail: flags.tail,
    }
    await readLogs(
      request,
      (release, {stream, text, timeMs}) => {
        this.result({type: 'log', time: new Date(timeMs).toISOString(), release, stream, text})
        if (!this.json) this.say(`${paint(releaseStyle(release), release)} ${text}`)
      },
      this.signal,
    )
  }
}
