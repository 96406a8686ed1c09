import {access} from 'node:fs/promises'
import path from 'node:path'

import {configFileNames} from '../config/defaults.ts'
import {loadSettings} from '../config/load.ts'
import type {ProjectFacts} from '../doctor/project.ts'
import {isImmError} from '../errors.ts'
import {ignoreFiles} from '../source/ignore.ts'
import {silentMount} from '../source/mount.ts'
import {loadApplication} from './application.ts'

/** The project in a directory, as far as there is one that imm can run. */
export const projectIn = async (directory: string, signal: AbortSignal): Promise<ProjectFacts> => {
  try {
    const composed = await loadApplication({directory, files: [], profiles: [], flags: {}}, signal)
    if (composed) {
      const {id, application, warnings} = composed
      const [apps, services] = [namesOf(application.apps), namesOf(application.services)]
      return {kind: 'application', name: id.project, apps, services, warnings}
    }
    const {settings, warnings} = await loadSettings({directory, flags: {}, signal})
    const {context, dockerfile} = settings.build
    return {
      kind: 'found',
      name: settings.project,
      dockerfile,
      context,
      ignoreFile: await firstThere(context, ignoreFiles(dockerfile)),
      warnings,
      silentMount: await silentMount(context),
    }
  } catch (error) {
    if (!isImmError(error)) throw error
    return {
      kind: 'unusable',
      directory,
      hasSettings: (await firstThere(directory, configFileNames)) !== undefined,
      error,
    }
  }
}

const namesOf = (ones: readonly {name: string}[]): string[] => ones.map(({name}) => name)

const firstThere = async (directory: string, names: readonly string[]): Promise<string | undefined> => {
  for (const name of names)
    if (
      await access(path.join(directory, name)).then(
        () => true,
        () => false,
      )
    )
      return name
  return undefined
}
