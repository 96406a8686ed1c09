import path from 'node:path'

import {Flags} from '@oclif/core'

import {ImmError} from '../errors.ts'
import {ImmCommand} from '../terminal/command.ts'
import {durationFlag} from '../terminal/duration-flag.ts'
import {appFlags, whereOf} from '../terminal/environment-flags.ts'
import {counted} from '../terminal/formats.ts'
import {httpMethod} from '../terminal/http-method.ts'
import {safeText} from '../terminal/safe-text.ts'

export default class Record extends ImmCommand {
  static override summary = 'Keep requests to an environment, with their answers, in a HAR file.'
  static override description =
    'They pass as ever: what comes faster than it can be kept is left out and counted. Cookies, credentials and what has the name or the form of a secret are taken out before anything is written. Ends with Ctrl-C, after --duration, or with --max requests; the file is whole in any case. `imm parity --replay FILE` sends what it holds to two sides, and compares their answers.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --duration 60s --sample 1/10 -o monday.har',
    '<%= config.bin %> <%= command.id %> --environment login --app api --max 50',
    '<%= config.bin %> <%= command.id %> --methods GET,POST --redact email',
  ]

  static override flags = {
    ...appFlags,
    output: Flags.string({
      char: 'o',
      helpValue: 'FILE',
      description: 'Where to write; else below the home of imm, which is part of no image.',
    }),
    duration: durationFlag(1000)({description: 'End after so long.', helpValue: '60s'}),
    sample: Flags.custom<number>({
      parse: async (text) => {
        const every = /^1\/([1-9]\d{0,6})$/.exec(text)?.[1]
        if (every !== undefined) return Number(every)
        throw new ImmError('USAGE', `expected a share such as 1/10, got "${text}"`)
      },
    })({default: 1, defaultHelp: async () => '1/1', helpValue: '1/10', description: 'Keep one of so many requests.'}),
    max: Flags.integer({min: 1, max: 50_000, default: 500, description: 'End after so many requests.'}),
    methods: Flags.custom<string[]>({
      parse: async (text) => text.split(',').map(httpMethod),
    })({
      default: ['GET', 'HEAD', 'OPTIONS'],
      defaultHelp: async () => 'GET,HEAD,OPTIONS',
      helpValue: 'GET,POST',
      description: 'Keep requests of these methods.',
    }),
    redact: Flags.string({
      multiple: true,
      helpValue: 'NAME',
      description:
        'Take out the values of fields, parameters and headers of this name, too; more than once for several.',
    }),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Record)
    const {recordExchanges} = await import('../wiring/parity/record.ts')
    const {methods, max, duration, sample, output, redact = []} = flags
    const recorded = await recordExchanges(
      {where: whereOf(flags), file: output, methods, every: sample, most: max, durationMs: duration, redact},
      {
        onBegin: ({project, environment}) => {
          this.result({type: 'recording', time: now(), project, environment})
          if (!this.json) this.say(`recording ${project}/${environment}; Ctrl-C ends this and writes the file`)
        },
        onKept: (kept) => {
          this.result({type: 'kept', time: now(), ...kept})
          if (!this.json && flags.verbose) this.say(safeText(`${kept.status} ${kept.method} ${kept.path}`, true))
        },
      },
      this.signal,
    )
    this.result({type: 'recorded', time: now(), ...recorded})
    const {file, exchanges, dropped, end} = recorded
    if (!this.json) this.say(`${counted(exchanges, 'request')} in ${file}${end === 'size' ? ', which is full' : ''}`)
    if (dropped > 0) this.warning(`${counted(dropped, 'request')} left out: they came faster than they could be kept`)
    if (end === 'proxy') this.warning('the proxy has stopped')
    const within = path.relative('.', file)
    if (!within.startsWith('..') && !path.isAbsolute(within))
      this.warning(`${within} becomes part of images built here, unless .dockerignore names it`)
  }
}

const now = (): string => new Date().toISOString()
