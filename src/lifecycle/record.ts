import type {MountedFile} from '../config/settings.ts'
import {looksSecret, looksSecretWord} from '../release/secrets.ts'
import type {Recipe} from './launch.ts'
import {runSettingsOf} from './plan.ts'
import type {ReleaseRecord} from './ports.ts'
import {withoutSecretOptions} from './withheld-options.ts'

/** What is kept of what a release was started with: everything but secrets. */
export const recordOf = ({
  settings,
  settingsDigest,
  port,
}: Pick<Recipe, 'settings' | 'settingsDigest' | 'port'>): ReleaseRecord => {
  const run = runSettingsOf(settings)
  const secret = Object.keys(run.env).filter((name) => looksSecret(name, run.env[name] ?? ''))
  const command = run.command?.some((word) => looksSecretWord(word)) === true
  const {options, withheld} = withoutSecretOptions(run.container.options)
  return {
    settingsDigest,
    port,
    settings: {
      ...run,
      env: Object.fromEntries(Object.entries(run.env).filter(([name]) => !secret.includes(name))),
      command: command ? undefined : run.command,
      container: {...run.container, options},
      files: run.files.map(withoutValue),
    },
    withheld: [...secret, ...(command ? [commandWithheld] : []), ...withheld],
  }
}

/** What a secret is, is in the source that it is read from, and nowhere else. */
const withoutValue = (file: MountedFile): MountedFile =>
  file.source.kind === 'environment' ? {...file, source: {...file.source, value: undefined}} : file

/** No name of a variable: those have no blank. */
export const commandWithheld = 'the command'
