import path from 'node:path'

import {slug} from '../release/names.ts'
import {loadBuild} from './build.ts'
import {defaultSettings} from './default-settings.ts'
import {configFileNames, defaultApp} from './defaults.ts'
import {findConfigFile} from './find.ts'
import type {SettingFlags} from './flags.ts'
import {settingsOver} from './over.ts'
import {gatherProblems} from './problems.ts'
import {projectName} from './project-name.ts'
import type {ProjectName} from './project-name.ts'
import type {FileSettings} from './schema.ts'
import type {Environment, Scope} from './scope.ts'
import {loadSecrets} from './secrets.ts'
import type {Settings} from './settings.ts'
import {loadVariables} from './variables.ts'

export interface LoadRequest {
  directory: string
  flags: SettingFlags
  signal: AbortSignal
  /** what variables without a value are taken from */
  environment?: Environment
}

export interface Loaded {
  settings: Settings
  /** absolute: every file whose change means other settings, the one that is not there yet included */
  files: string[]
  warnings: string[]
}

/** Settings of the project in a directory. CONFIG_INVALID carries every mistake of imm.yaml, or else of what it refers to. */
export const loadSettings = async ({
  directory: given,
  flags,
  signal,
  environment = process.env,
}: LoadRequest): Promise<Loaded> => {
  const directory = path.resolve(given)
  const file = await findConfigFile(directory, signal)
  const config: FileSettings = file?.settings ?? {}
  const problems = gatherProblems(file)
  const name = await nameOf(directory, flags.project ?? config.project, signal)
  const scope: Scope = {directory, config, flags, environment, problems, signal}
  const variables = await loadVariables(scope)
  const build = await loadBuild(scope)
  if (flags.healthPath?.startsWith('/') === false) problems.add({flag: '--health'}, 'expected a path such as /healthz')
  problems.check()

  const base = {...defaultSettings({project: name.slug, app: defaultApp, build}), files: loadSecrets(scope)}
  return {
    settings: settingsOver(base, config, flags, variables),
    files: [
      ...configFileNames.map((configName) => path.join(directory, configName)),
      ...(name.file === undefined ? [] : [name.file]),
      ...variables.files,
    ],
    warnings: [...name.warnings, ...variables.warnings],
  }
}

const nameOf = async (directory: string, set: string | undefined, signal: AbortSignal): Promise<ProjectName> =>
  set === undefined ? projectName(directory, signal) : {slug: slug(set), file: undefined, warnings: []}
