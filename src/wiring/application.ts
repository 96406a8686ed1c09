import path from 'node:path'

import {readComposition} from '../compose/load.ts'
import type {Around} from '../compose/translate/context.ts'
import {kindsOfMounts} from '../compose/translate/kinds-of-mounts.ts'
import {translate} from '../compose/translate/translate.ts'
import {configFileNames} from '../config/defaults.ts'
import {findConfigFile} from '../config/find.ts'
import type {SettingFlags} from '../config/flags.ts'
import {configInvalid} from '../config/mistakes.ts'
import {settingsWith} from '../config/pieces.ts'
import type {Environment} from '../config/scope.ts'
import type {Application, AppSpec} from '../lifecycle/services/spec.ts'
import type {EnvironmentId} from '../release/identity.ts'
import {slug} from '../release/names.ts'
import {checkAppNames, checkFlags} from './app-names.ts'
import {piecesOf} from './app-pieces.ts'
import {readDockerfiles} from './compose-dockerfiles.ts'
import {chooseCompose} from './compose-mode.ts'
import {dockerfileApp} from './dockerfile-app.ts'
import {flippedTogether} from './flipped-together.ts'

export interface ApplicationRequest {
  /** of the project, absolute */
  directory: string
  /** Compose files as `-f` names them; none: those of imm.yaml, of COMPOSE_FILE, or of the directory */
  files: readonly string[]
  profiles: readonly string[]
  /** variables; imm's own by default */
  environment?: Environment
  flags: SettingFlags
  /** for whom names are made, once the project's is known; by default `main` of it */
  identify?: (project: string) => EnvironmentId | Promise<EnvironmentId>
}

export interface LoadedApplication {
  id: EnvironmentId
  application: Application
  /** apps that change together get the traffic in one step, or none of them does */
  together: boolean
  /** the app of a Dockerfile, beside the services of the Compose file */
  besides?: string
  warnings: string[]
}

/**
 * The application of a project whose Compose file describes it; undefined where it is the app of one Dockerfile. COMPOSE_INVALID,
 * COMPOSE_UNSUPPORTED and CONFIG_INVALID name file, line and key.
 */
export const loadApplication = async (
  {directory, files, profiles, environment = process.env, flags, identify = mainOf}: ApplicationRequest,
  signal: AbortSignal,
): Promise<LoadedApplication | undefined> => {
  const file = await findConfigFile(directory, signal)
  const chosen = await chooseCompose({directory, files, environment, flags}, file?.settings ?? {})
  if (!chosen) return undefined
  const warnings: string[] = []
  const composition = await readComposition({
    directory,
    files: chosen.files,
    profiles,
    optional: !chosen.asked,
    env: environment,
    warn: (message) => warnings.push(message),
    signal,
  })
  if (!composition) return undefined
  const {model} = composition
  if (file?.settings.secrets !== undefined)
    throw configInvalid(
      file.report([{path: ['secrets'], message: 'the Compose file names the secrets of its services'}]),
    )
  const id = await identify(slug(flags.project ?? file?.settings.project ?? model.name))
  const [kinds, ports] = [await kindsOfMounts(model), await readDockerfiles(composition, signal)]
  const port = flags.port ?? file?.settings.port
  const around: Around = {
    id,
    directory: composition.directory,
    files: [...composition.files, ...configFileNames.map((name) => path.join(directory, name))],
    lookup: composition.lookup,
    own: (name) => ({
      ...(port === undefined ? {} : {port}),
      ...model.services[name]?.['x-imm'],
      ...file?.settings.apps?.[name],
    }),
    exposedPorts: (name) => ports.get(name) ?? [],
    kindOf: (place) => kinds.get(place),
    place: (at) => {
      const place = composition.at(at)
      return place === undefined ? '' : `${place}: `
    },
  }
  const application = translate(model, around)
  if (application.apps.length === 0 && !chosen.asked) {
    const alone = await dockerfileApp(application, id.project, {directory, flags, environment, signal})
    if (alone)
      return {
        id,
        application: withApp(application, alone),
        together: false,
        besides: alone.app.name,
        warnings: [...warnings, ...alone.warnings],
      }
  }
  checkAppNames(application, file)
  checkFlags(application, flags)
  const together = application.apps.length > 1 && (file?.settings.flip ?? model['x-imm']?.flip) === 'together'
  const apps: AppSpec[] = []
  const envFiles: string[] = []
  for (const app of application.apps) {
    const pieces = piecesOf(app.name, application.apps.length > 1, composition, file, directory)
    const over = await settingsWith(app.settings, pieces, flags, {directory, environment, signal})
    const settings = together ? flippedTogether(app.name, over.settings, warnings) : over.settings
    apps.push({...app, settings, ports: withPort(app.ports, settings.port)})
    envFiles.push(...over.files)
    warnings.push(...over.warnings)
  }
  const all = [...new Set([...application.files, ...envFiles])]
  return {id, application: {...application, apps, files: all}, together, warnings: [...new Set(warnings)]}
}

const mainOf = (project: string): EnvironmentId => ({project, environment: 'main'})

const withApp = (application: Application, {app, files}: {app: AppSpec; files: string[]}): Application => ({
  ...application,
  apps: [app],
  files: [...new Set([...application.files, ...files])],
  notes: [
    {
      key: 'services',
      kind: 'translated',
      reason: 'none of them is built, and the app of the Dockerfile is beside them',
    },
    ...application.notes,
  ],
})

/** The port that requests go to is one that others reach it by. */
const withPort = (ports: readonly number[], port: number | undefined): readonly number[] =>
  port === undefined || port === 0 || ports.includes(port) ? ports : [...ports, port]
