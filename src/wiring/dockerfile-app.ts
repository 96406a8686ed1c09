import {stat} from 'node:fs/promises'
import path from 'node:path'

import {defaultApp, dockerfileNames} from '../config/defaults.ts'
import {loadSettings, type LoadRequest} from '../config/load.ts'
import type {Application, AppSpec, Dependency} from '../lifecycle/services/spec.ts'
import {slug} from '../release/names.ts'

/**
 * The app of a directory's Dockerfile, among the backing services of a Compose file that builds nothing: it is on their networks and starts
 * after them. Undefined where there is no Dockerfile.
 */
export const dockerfileApp = async (
  {services, networks}: Application,
  project: string,
  request: LoadRequest,
): Promise<{app: AppSpec; files: string[]; warnings: string[]} | undefined> => {
  if (!(await hasDockerfile(request.directory))) return undefined
  const {settings, files, warnings} = await loadSettings(request)
  const taken = new Set(services.map(({name}) => slug(name)))
  const name = taken.has(defaultApp) ? `${defaultApp}-${project}` : defaultApp
  const attachment = {
    networks: networks.map(({spec}) => ({name: spec.name, aliases: []})),
    extraHosts: [],
    dns: [],
    dnsSearch: [],
    dnsOptions: [],
  }
  const app: AppSpec = {
    name,
    app: name,
    settings: {...settings, project, app: name, container: {...settings.container, attachment}},
    dependsOn: services.map(({name: other, completes, container}): Dependency => {
      const condition = completes ? 'completed' : container.options.healthcheck ? 'healthy' : 'started'
      return {name: other, condition, required: true, restart: false}
    }),
    published: [],
    ports: settings.port ? [settings.port] : [],
    aliases: [name],
  }
  return {app, files, warnings}
}

const hasDockerfile = async (directory: string): Promise<boolean> => {
  for (const name of dockerfileNames) {
    const found = await stat(path.join(directory, name)).catch(() => undefined)
    if (found?.isFile()) return true
  }
  return false
}
