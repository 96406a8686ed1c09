import type {Attachment, ContainerOptions} from '../../release/container.ts'
import type {AppId, EnvironmentId} from '../../release/identity.ts'
import {environmentLabels} from '../../release/labels.ts'
import {sharedName, slug, volumeName} from '../../release/names.ts'
import {sharedLabels} from '../../release/services.ts'
import type {VolumeMount} from '../ports.ts'
import type {Application, ServiceSpec, Shared} from './spec.ts'

/** What the engine calls something shared: its own name where it is somebody else's, so that two checkouts have each their own of all others. */
export const engineName = <T extends {name: string}>({key, external, spec}: Shared<T>, id: EnvironmentId): string =>
  external ? spec.name : sharedName(id, key)

/** Networks by the Compose file's key or by the engine's name. */
export const attachmentOf = (
  attachment: Attachment | undefined,
  application: Pick<Application, 'networks' | 'services'>,
  id: EnvironmentId,
): Attachment | undefined => {
  if (attachment === undefined) return undefined
  const {mode} = attachment
  return {
    ...attachment,
    networks: attachment.networks.map((endpoint) => {
      const shared = application.networks.find(({key}) => key === endpoint.name)
      return shared ? {...endpoint, name: engineName(shared, id)} : endpoint
    }),
    ...(typeof mode === 'object' ? {mode: {container: containerOf(mode.container, application, id)}} : {}),
  }
}

/** Namespaces that are those of another service, `service:db`. */
export const namespacesOf = (
  options: ContainerOptions,
  application: Pick<Application, 'services'>,
  id: EnvironmentId,
): ContainerOptions => {
  const translated = (mode: string | undefined) =>
    mode?.startsWith('service:') ? `container:${containerOf(mode.slice('service:'.length), application, id)}` : mode
  const ipc = translated(options.ipc)
  const pid = translated(options.pid)
  return {...options, ...(ipc === undefined ? {} : {ipc}), ...(pid === undefined ? {} : {pid})}
}

const containerOf = (name: string, {services}: Pick<Application, 'services'>, id: EnvironmentId): string =>
  services.some((service) => service.name === name) ? sharedName(id, name) : name

/** Volumes of a service by the engine's names. */
export const volumesOf = ({name: service, volumes}: ServiceSpec, id: EnvironmentId): VolumeMount[] =>
  volumes.map(({name, path, readOnly, scope = 'app', noCopy, subpath}) => ({
    name: {app: volumeName(ownId(service, id), name), environment: sharedName(id, name), external: name}[scope],
    path,
    readOnly,
    labels: {app: environmentLabels(ownId(service, id)), environment: sharedLabels(id), external: {}}[scope],
    noCopy,
    subpath,
  }))

/** A service as labels have it. */
export const ownId = (service: string, {project, environment}: EnvironmentId): AppId => ({
  project,
  environment,
  app: slug(service),
})
