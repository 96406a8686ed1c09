import type {ConfigFile} from '../config/file.ts'
import type {SettingFlags} from '../config/flags.ts'
import {configInvalid} from '../config/mistakes.ts'
import {ImmError} from '../errors.ts'
import type {Application} from '../lifecycle/services/spec.ts'

/** CONFIG_INVALID for `apps.NAME` of imm.yaml where no app has the name. */
export const checkAppNames = (
  {apps, services}: Pick<Application, 'apps' | 'services'>,
  file: ConfigFile | undefined,
): void => {
  const names = apps.map(({name}) => name)
  const mistakes = Object.keys(file?.settings.apps ?? {})
    .filter((name) => !names.includes(name))
    .map((name) => ({
      path: ['apps', name],
      message: services.some((service) => service.name === name)
        ? 'it comes as an image, and has its settings from the Compose file'
        : `no service of this name is built; those that are: ${names.join(', ') || 'none'}`,
    }))
  if (file && mistakes.length > 0) throw configInvalid(file.report(mistakes))
}

const ofOne = {
  port: '--app-port',
  healthPath: '--health',
  command: 'a command',
  user: '--user',
  replicas: '--replicas',
} as const satisfies Partial<Record<keyof SettingFlags, string>>

/** USAGE for a flag that says what the Compose file says, or that could mean any of several apps. */
export const checkFlags = ({apps}: Pick<Application, 'apps'>, flags: SettingFlags): void => {
  if (flags.target !== undefined || (flags.buildArgs ?? []).length > 0)
    throw new ImmError('USAGE', `How apps are built is the Compose file's to say, and not a flag's.`, {
      next: 'Set `build.target` or `build.args` of the service; with `--file` or `--context` the Compose file is left alone.',
    })
  if (apps.length <= 1) return
  for (const [key, flag] of Object.entries(ofOne))
    if (flags[key as keyof typeof ofOne] !== undefined)
      throw new ImmError('USAGE', `${flag} could mean any of ${apps.map(({name}) => name).join(', ')}.`, {
        next: 'Say it in imm.yaml, under `apps:` and the name of the app.',
      })
}
