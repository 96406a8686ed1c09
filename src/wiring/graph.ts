import path from 'node:path'

import {loadSettings} from '../config/load.ts'
import type {Settings} from '../config/settings.ts'
import {isImmError} from '../errors.ts'
import type {Application, AppSpec, Dependency, ServiceSpec} from '../lifecycle/services/spec.ts'
import {connectProxy} from '../proxy/client.ts'
import {defaultPort} from '../proxy/limits.ts'
import {mainPort} from '../proxy/settings.ts'
import type {EnvironmentId} from '../release/identity.ts'
import {hostsOf, routesOf, slug} from '../release/names.ts'
import {statePaths} from '../state/paths.ts'
import {loadApplication} from './application.ts'
import {frontApp} from './front-app.ts'

/** What an application is made of, and how it hangs together. */
export interface Graph extends EnvironmentId {
  nodes: readonly GraphNode[]
}

export interface GraphNode {
  name: string
  kind: 'app' | 'worker' | 'service'
  /** of a service: the image that it comes as; of others: the Dockerfile, relative to the directory */
  from: string
  /** `http://shop.localhost:7070`, and with a path where it has one */
  addresses: readonly string[]
  /** `127.0.0.1:8080 -> 3000` */
  ports: readonly string[]
  /** run to their end before each release */
  jobs: readonly string[]
  dependsOn: readonly Pick<Dependency, 'name' | 'condition'>[]
  /** as the Compose file calls them */
  networks: readonly string[]
  volumes: readonly {name: string; path: string}[]
}

export interface GraphOptions {
  /** absolute */
  directory: string
  environment: string
  files: readonly string[]
  profiles: readonly string[]
}

/** The application as its files describe it: nothing has to run. */
export const readGraph = async ({environment, ...from}: GraphOptions, signal: AbortSignal): Promise<Graph> => {
  const loaded = await loadApplication(
    {...from, flags: {}, identify: (project) => ({project, environment: slug(environment)})},
    signal,
  )
  const port = await portOfProxy(signal)
  if (loaded) return {...loaded.id, nodes: nodesOf(loaded.application, loaded.id, {directory: from.directory, port})}
  const {settings} = await loadSettings({directory: from.directory, flags: {}, signal})
  const id = {project: settings.project, environment: slug(environment)}
  return {...id, nodes: [appNode(settings, id, {...from, name: settings.app, inFront: true, port})]}
}

/** The one that runs may have taken another than it is asked for. */
const portOfProxy = async (signal: AbortSignal): Promise<number> => {
  const asked = mainPort(process.env) || defaultPort
  try {
    const status = await (await connectProxy({paths: statePaths(), signal}))?.status(signal)
    return status?.port ?? asked
  } catch (error) {
    if (!isImmError(error)) throw error
    return asked
  }
}

const nodesOf = (application: Application, id: EnvironmentId, at: Pick<Drawn, 'directory' | 'port'>): GraphNode[] => {
  const front = frontApp(application.apps)
  const keys = new Map(application.networks.map(({key, external, spec}) => [external ? spec.name : key, key]))
  const keyOf = (name: string) => keys.get(name) ?? name.slice(name.indexOf('.') + 1)
  return [
    ...application.apps.map((app) => ({
      ...appNode(app.settings, id, {...at, name: app.name, inFront: app === front}),
      ports: app.published.map(portText),
      dependsOn: app.dependsOn,
      networks: (app.settings.container.attachment?.networks ?? []).map(({name}) => keyOf(name)),
    })),
    ...application.services.map((service) => serviceNode(service, keyOf)),
  ]
}

interface Drawn {
  /** absolute: whose Dockerfiles are told apart by their paths in it */
  directory: string
  /** of the proxy */
  port: number
  name: string
  inFront: boolean
}

const appNode = (settings: Settings, id: EnvironmentId, {directory, port, name, inFront}: Drawn): GraphNode => {
  const app = {...id, app: settings.app}
  const hosts = hostsOf(app, inFront).map((host) => ({host, path: '/'}))
  const addresses = [...hosts, ...routesOf(app, settings.routes)].map(
    (route) => `http://${route.host}:${port}${route.path === '/' ? '' : route.path}`,
  )
  return {
    name,
    kind: settings.port === 0 ? 'worker' : 'app',
    from: dockerfileText(settings.build, directory),
    addresses: settings.port === 0 ? [] : addresses,
    ports: [],
    jobs: settings.jobs.map((job) => job.name),
    dependsOn: [],
    networks: [],
    volumes: settings.volumes.map((volume) => ({name: volume.name, path: volume.path})),
  }
}

const dockerfileText = ({context, dockerfile, inline}: Settings['build'], directory: string): string =>
  inline === undefined
    ? path.relative(directory, path.join(context, dockerfile)).replaceAll(path.sep, '/')
    : 'an inline Dockerfile'

const serviceNode = (
  {name, image, published, dependsOn, container, volumes}: ServiceSpec,
  keyOf: (name: string) => string,
): GraphNode => ({
  name,
  kind: 'service',
  from: image,
  addresses: [],
  ports: published.map(portText),
  jobs: [],
  dependsOn,
  networks: (container.attachment?.networks ?? []).map((on) => keyOf(on.name)),
  volumes: volumes.map((volume) => ({name: volume.name, path: volume.path})),
})

const portText = ({hostIp, hostPort, containerPort}: AppSpec['published'][number]): string =>
  `${hostIp}:${hostPort ?? '(any)'} -> ${containerPort}`
