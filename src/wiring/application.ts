import {stat} from 'node:fs/promises'

import {readComposition, type Composition} from '../compose/load.ts'
import type {PathKind} from '../compose/translate/context.ts'
import {translate} from '../compose/translate/translate.ts'
import type {SettingFlags} from '../config/flags.ts'
import type {Environment} from '../config/scope.ts'
import type {Application} from '../lifecycle/services/spec.ts'
import type {EnvironmentId} from '../release/identity.ts'
import {slug} from '../release/names.ts'
import {dockerfilePorts} from './dockerfile-ports.ts'

export interface ApplicationRequest {
  /** of the project, absolute */
  directory: string
  /** Compose files as `-f` names them; none: COMPOSE_FILE, else those of the directory */
  files: readonly string[]
  profiles: readonly string[]
  /** variables; imm's own by default */
  environment?: Environment
  flags: SettingFlags
  /** for whom names are made, once the project's is known; `main` of it by default */
  identify?: (project: string) => EnvironmentId | Promise<EnvironmentId>
}

export interface LoadedApplication {
  id: EnvironmentId
  application: Application
  warnings: string[]
}

/** The application that Compose files describe; undefined where there are none. COMPOSE_INVALID, COMPOSE_UNSUPPORTED. */
export const loadApplication = async (
  {directory, files, profiles, environment = process.env, identify = mainOf}: ApplicationRequest,
  signal: AbortSignal,
): Promise<LoadedApplication | undefined> => {
  const warnings: string[] = []
  const warn = (message: string) => warnings.push(message)
  const composition = await readComposition({directory, files, profiles, env: environment, warn, signal})
  if (!composition) return undefined
  const {model} = composition
  const id = await identify(slug(model.name))
  const kinds = await kindsOf(composition)
  const ports = await dockerfilePorts(model, signal)
  const application = translate(model, {
    id,
    directory: composition.directory,
    files: composition.files,
    lookup: composition.lookup,
    own: (name) => model.services[name]?.['x-imm'] ?? {},
    exposedPorts: (name) => ports.get(name) ?? [],
    kindOf: (place) => kinds.get(place),
    place: (at) => {
      const place = composition.at(at)
      return place === undefined ? '' : `${place}: `
    },
  })
  return {id, application, warnings}
}

const mainOf = (project: string): EnvironmentId => ({project, environment: 'main'})

/** What the sources of mounts are. */
const kindsOf = async ({model}: Composition): Promise<Map<string, PathKind>> => {
  const sources = Object.values(model.services).flatMap(({volumes = []}) =>
    volumes.flatMap(({type, source}) => (type === 'bind' && source !== undefined ? [source] : [])),
  )
  const kinds = new Map<string, PathKind>()
  for (const source of new Set(sources)) {
    const found = await stat(source).catch(() => undefined)
    if (found) kinds.set(source, found.isDirectory() ? 'directory' : found.isFile() ? 'file' : 'socket')
  }
  return kinds
}
