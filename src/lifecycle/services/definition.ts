import type {BindMount} from '../../release/container.ts'
import type {EnvironmentId} from '../../release/identity.ts'
import {environmentLabels, refLabel} from '../../release/labels.ts'
import {sharedName, volumeName} from '../../release/names.ts'
import {defaultGraceMs, serviceLabels} from '../../release/services.ts'
import {digest} from '../plan.ts'
import type {Image, InstanceSpec, VolumeMount} from '../ports.ts'
import {attachmentOf, namespacesOf, ownId, volumesOf} from './names.ts'
import type {Application, ServiceSpec} from './spec.ts'

/** Everything that makes a service's container, and the digest of it. */
export interface Definition {
  service: ServiceSpec
  image: Image
  digest: string
  /** to be started as it is, but for its ports on this host */
  spec: InstanceSpec
}

/** What a service's secrets and configs have come to on this host. */
export interface MountedFiles {
  binds: readonly BindMount[]
  /** over all contents */
  digest: string
}

export interface Ingredients {
  service: ServiceSpec
  image: Image
  /** absolute paths that the image declares as volumes */
  declared: readonly string[]
  files: MountedFiles | undefined
  application: Pick<Application, 'networks' | 'services'>
  id: EnvironmentId
  /** of a preview */
  ref?: string | undefined
}

export const definitionOf = ({service, image, declared, files, application, id, ref}: Ingredients): Definition => {
  const {name, env, command, user, tmpfs, readOnly, resources, container, published, completes} = service
  // Kept with the container, which has to be another for other commands.
  const {snapshotCommand, restoreCommand} = service
  const named = volumesOf(service, id)
  const restart = container.options.restart ?? (completes ? 'no' : 'unless-stopped')
  // What runs to its end must not be started again because it did.
  const own = {...container.options, restart: completes && restart !== 'on-failure' ? ('no' as const) : restart}
  const made = {
    name: sharedName(id, name),
    image: image.id,
    env,
    command,
    user,
    port: 0,
    volumes: [...named, ...declaredVolumes(service, named, declared, id)],
    tmpfs,
    binds: container.binds,
    attachment: attachmentOf(container.attachment, application, id),
    published,
    options: namespacesOf(own, application, id),
    readOnly,
    ...resources,
  }
  // Where a secret's file lies may be another place each time: what is in it counts.
  const mounted = service.files.map(({kind, name: file, path, uid, gid, mode}) => ({kind, file, path, uid, gid, mode}))
  const definition = digest({...made, mounted, contents: files?.digest, snapshotCommand, restoreCommand})
  const identity = serviceLabels({
    ...id,
    service: name,
    definition,
    completes,
    needs: service.dependsOn.map((on) => on.name),
    stopGraceMs: graceOf(service),
    snapshotCommand,
    restoreCommand,
  })
  const labels = {...identity, ...refLabel(ref)}
  const spec = {...made, labels, binds: [...made.binds, ...(files?.binds ?? [])]}
  return {service, image, digest: definition, spec}
}

export const graceOf = ({container}: Pick<ServiceSpec, 'container'>): number =>
  container.options.stopGraceMs ?? defaultGraceMs

/** The data of a database whose file says nothing of volumes outlives its container, too: a replaced container would begin without it. */
const declaredVolumes = (
  {name, tmpfs, container}: ServiceSpec,
  named: readonly VolumeMount[],
  declared: readonly string[],
  id: EnvironmentId,
): VolumeMount[] => {
  const taken = new Set([...named, ...container.binds].map(({path}) => path).concat(tmpfs))
  const own = ownId(name, id)
  return declared
    .filter((path) => !taken.has(path))
    .map((path) => ({
      name: volumeName(own, path.slice(1).replaceAll(/[^A-Za-z0-9_.-]+/g, '-')),
      path,
      readOnly: false,
      labels: environmentLabels(own),
    }))
}

/** Whether the engine will know how its container is: of its definition, or else of its image. */
export const hasHealthcheck = ({service, image}: Pick<Definition, 'service' | 'image'>): boolean => {
  const test = service.container.options.healthcheck?.test
  return test === undefined ? image.hasHealthcheck : test[0] !== 'NONE' && test.length > 0
}
