import {loadSettings} from '../config/load.ts'
import type {Settings} from '../config/settings.ts'
import type {Application, AppSpec, Dependency, ServiceSpec} from '../lifecycle/services/spec.ts'
import type {EnvironmentId} from '../release/identity.ts'
import {hostsOf, routesOf, slug} from '../release/names.ts'
import {loadApplication} from './application.ts'
import {frontApp} from './front-app.ts'

/** What an application is made of, and how it hangs together. */
export interface Graph extends EnvironmentId {
  nodes: readonly GraphNode[]
}

export interface GraphNode {
  name: string
  kind: 'app' | 'worker' | 'service'
  /** of a service: the image that it comes as; of others: the Dockerfile, relative to its context */
  from: string
  /** host names with paths under which it answers */
  addresses: readonly string[]
  /** `127.0.0.1:8080 -> 3000` */
  ports: readonly string[]
  /** run to their end before each release */
  jobs: readonly string[]
  dependsOn: readonly Pick<Dependency, 'name' | 'condition'>[]
  /** as the Compose file calls them */
  networks: readonly string[]
  volumes: readonly string[]
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
  if (loaded) return {...loaded.id, nodes: nodesOf(loaded.application, loaded.id)}
  const {settings} = await loadSettings({directory: from.directory, flags: {}, signal})
  const id = {project: settings.project, environment: slug(environment)}
  return {...id, nodes: [appNode(settings, id, {name: settings.app, inFront: true})]}
}

const nodesOf = (application: Application, id: EnvironmentId): GraphNode[] => {
  const front = frontApp(application.apps)
  const keys = new Map(application.networks.map(({key, external, spec}) => [external ? spec.name : key, key]))
  const keyOf = (name: string) => keys.get(name) ?? name.slice(name.indexOf('.') + 1)
  return [
    ...application.apps.map((app) => ({
      ...appNode(app.settings, id, {name: app.name, inFront: app === front}),
      ports: app.published.map(portText),
      dependsOn: app.dependsOn,
      networks: (app.settings.container.attachment?.networks ?? []).map(({name}) => keyOf(name)),
    })),
    ...application.services.map((service) => serviceNode(service, keyOf)),
  ]
}

const appNode = (
  settings: Settings,
  id: EnvironmentId,
  {name, inFront}: {name: string; inFront: boolean},
): GraphNode => {
  const app = {...id, app: settings.app}
  const routes = routesOf(app, settings.routes).map(({host, path}) => `${host}${path === '/' ? '' : path}`)
  return {
    name,
    kind: settings.port === 0 ? 'worker' : 'app',
    from: settings.build.inline === undefined ? settings.build.dockerfile : 'an inline Dockerfile',
    addresses: settings.port === 0 ? [] : [...hostsOf(app, inFront), ...routes],
    ports: [],
    jobs: settings.jobs.map((job) => job.name),
    dependsOn: [],
    networks: [],
    volumes: settings.volumes.map((volume) => volume.name),
  }
}

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
  volumes: volumes.map((volume) => volume.name),
})

const portText = ({hostIp, hostPort, containerPort}: AppSpec['published'][number]): string =>
  `${hostIp}:${hostPort ?? '(any)'} -> ${containerPort}`
