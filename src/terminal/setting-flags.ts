import {Flags} from '@oclif/core'

import {parseDuration} from '../config/duration.ts'
import type {SettingFlags} from '../config/flags.ts'
import {ImmError} from '../errors.ts'

const helpGroup = 'SETTINGS'

const duration = Flags.custom<number>({
  helpGroup,
  helpValue: '10s',
  async parse(text) {
    const ms = parseDuration(text)
    if (ms === undefined) throw new ImmError('USAGE', `expected a duration such as 10s, 250ms or 1m30s, got "${text}"`)
    return ms
  },
})

/** What overrides imm.yaml on the command line. */
export const settingFlags = {
  project: Flags.string({helpGroup, description: 'Name of the project.'}),
  context: Flags.string({helpGroup, description: 'Build context, relative to the current directory.'}),
  file: Flags.string({char: 'f', helpGroup, description: 'Dockerfile, relative to the current directory.'}),
  target: Flags.string({helpGroup, description: 'Stage to build.'}),
  'build-arg': Flags.string({
    helpGroup,
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'KEY=VALUE',
    description: 'Build argument; KEY alone takes the value from the environment.',
  }),
  'app-port': Flags.integer({
    helpGroup,
    min: 1,
    max: 65_535,
    description: 'Port that the application listens on in its container.',
  }),
  health: Flags.string({
    helpGroup,
    helpValue: '/path',
    description: 'Path that answers 2xx or 3xx once the application is healthy.',
  }),
  'health-timeout': duration({description: 'How long a new release may take to become healthy.'}),
  env: Flags.string({
    helpGroup,
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'KEY=VALUE',
    description: 'Environment variable; KEY alone takes the value from the environment.',
  }),
  'env-file': Flags.string({
    helpGroup,
    multiple: true,
    multipleNonGreedy: true,
    description: 'File of environment variables.',
  }),
  user: Flags.string({helpGroup, description: 'User in the container.'}),
  replicas: Flags.integer({helpGroup, min: 1, max: 100, description: 'Containers of each release.'}),
  strategy: Flags.option({
    options: ['blue-green', 'rolling', 'canary', 'recreate'] as const,
    helpGroup,
    description: 'How a release takes over from the one before it.',
  })(),
  quiet: duration({description: 'How long files must stay unchanged until a change counts as complete.'}),
  poll: Flags.boolean({
    helpGroup,
    allowNo: true,
    description: 'Look for changes regularly instead of waiting for events.',
  }),
  drain: duration({description: 'How long requests of the release before may go on.'}),
  reload: Flags.boolean({
    helpGroup,
    allowNo: true,
    description: 'Have the browser load pages again once a new release is live.',
  }),
  keep: Flags.integer({helpGroup, min: 0, description: 'Previous releases that are kept warm for rollback.'}),
}

interface ParsedSettingFlags {
  project?: string | undefined
  context?: string | undefined
  file?: string | undefined
  target?: string | undefined
  'build-arg'?: string[] | undefined
  'app-port'?: number | undefined
  health?: string | undefined
  'health-timeout'?: number | undefined
  env?: string[] | undefined
  'env-file'?: string[] | undefined
  user?: string | undefined
  replicas?: number | undefined
  strategy?: SettingFlags['strategy']
  quiet?: number | undefined
  poll?: boolean | undefined
  drain?: number | undefined
  reload?: boolean | undefined
  keep?: number | undefined
}

export const toSettingFlags = (flags: ParsedSettingFlags): SettingFlags => ({
  project: flags.project,
  context: flags.context,
  dockerfile: flags.file,
  target: flags.target,
  buildArgs: flags['build-arg'],
  port: flags['app-port'],
  healthPath: flags.health,
  healthTimeoutMs: flags['health-timeout'],
  env: flags.env,
  envFile: flags['env-file'],
  user: flags.user,
  replicas: flags.replicas,
  strategy: flags.strategy,
  quietMs: flags.quiet,
  poll: flags.poll,
  drainMs: flags.drain,
  reload: flags.reload,
  keepWarm: flags.keep,
})
