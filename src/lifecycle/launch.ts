import type {Settings, VolumeSettings} from '../config/settings.ts'
import {ImmError, isImmError} from '../errors.ts'
import type {BindMount} from '../release/container.ts'
import type {AppId, ReleaseName} from '../release/identity.ts'
import {containerIdentity, containerLabels, environmentLabels} from '../release/labels.ts'
import {containerName, sharedName, volumeName} from '../release/names.ts'
import {attachmentOf} from './attachment.ts'
import {cleanUp} from './clean-up.ts'
import type {Member, ReleaseImage, Replica} from './member.ts'
import {placeFiles} from './place-files.ts'
import type {Content} from './plan.ts'
import type {Engine, Instance, InstanceSpec, VolumeMount} from './ports.ts'
import {removeReplica} from './retire.ts'
import type {Run} from './run.ts'
import {withStarted} from './started.ts'
import type {World} from './world.ts'

/** What is needed to start a container of a release. */
export interface Recipe extends Content {
  release: ReleaseName
  generation: number
  image: ReleaseImage
  settings: Settings
  /** the port to reach it by */
  port: number
}

/** Starts a container for each of the replicas' numbers, beside what runs, all or none. The caller disposes them until they are live. */
export const launch = async (
  recipe: Recipe,
  replicas: readonly number[],
  at: Pick<Run, 'world' | 'standing' | 'sandboxes'>,
  signal: AbortSignal,
): Promise<Member> => {
  const failed = new AbortController()
  const inner = AbortSignal.any([signal, failed.signal])
  const binds = await placeFiles(recipe.release, recipe.settings, at.world, signal)
  const starting = replicas.map(async (replica) => {
    try {
      return await launchReplica(recipe, replica, binds, at, inner)
    } catch (error) {
      failed.abort(error)
      throw error
    }
  })
  const ends = await Promise.allSettled(starting)
  const started = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []))
  const [first, ...others] = started
  if (first && started.length === replicas.length) return {...recipe, ...first, others}
  await Promise.all(started.map(async (replica) => cleanUp(async () => removeReplica(replica, 0, at.world), at)))
  throw signal.aborted ? signal.reason : failed.signal.reason
}

const launchReplica = async (
  recipe: Recipe,
  replica: number,
  files: readonly BindMount[],
  {world, sandboxes}: Pick<Run, 'world' | 'sandboxes'>,
  signal: AbortSignal,
): Promise<Replica> => {
  const sandbox = sandboxes.take(recipe.port, recipe.settings.container)
  const {engine} = world
  const spec = withStarted(specOf(recipe, replica, files, world))
  const instance = sandbox ? await startInside(sandbox, spec, engine, signal) : await engine.start(spec, signal)
  // One that has ended already has no address any more; verify says why it ended.
  return {instance, address: instance.address ?? {host: '127.0.0.1', port: 0}}
}

/** Which of its release's replicas a container is. */
export const replicaNumber = ({labels}: Instance): number => containerIdentity(labels)?.replica ?? 1

/** A sandbox that somebody removed is no fault of the candidate's. */
const startInside = async (
  sandbox: Instance,
  spec: InstanceSpec,
  engine: Engine,
  signal: AbortSignal,
): Promise<Instance> => {
  try {
    return await engine.start({...spec, sandbox: sandbox.id}, signal)
  } catch (error) {
    if (!isImmError(error, 'ENGINE_REFUSED')) throw error
    return engine.start(spec, signal)
  }
}

const specOf = (
  {release, generation, image, settings, port, snapshot, settingsDigest}: Recipe,
  replica: number,
  files: readonly BindMount[],
  world: World,
): InstanceSpec => ({
  name: containerName(world.id, release, generation, replica),
  image: image.id,
  labels: containerLabels({
    ...world.id,
    release,
    generation,
    replica: replica === 1 ? undefined : replica,
    snapshot: snapshot.digest,
    settings: settingsDigest,
    role: 'app',
    ref: world.ref,
  }),
  env: settings.env,
  command: settings.command,
  user: settings.user,
  port,
  ...mountsOf(settings, world.id),
  binds: [...settings.container.binds, ...files],
  attachment: attachmentOf(settings, world),
  options: settings.container.options,
  readOnly: settings.immutable === 'strict',
  ...settings.resources,
})

/** Every program expects to be able to write there. */
const scratch = '/tmp'

/** What is mounted into every container of a release. */
export const mountsOf = (
  {immutable, volumes, tmpfs, container: {binds}}: Pick<Settings, 'immutable' | 'volumes' | 'tmpfs' | 'container'>,
  id: AppId,
): Pick<InstanceSpec, 'volumes' | 'tmpfs' | 'binds'> => {
  const isDeclared = [...tmpfs, ...[...volumes, ...binds].map(({path}) => path)].includes(scratch)
  return {
    volumes: volumes.map((volume) => volumeOf(volume, id)),
    binds,
    tmpfs: immutable === 'strict' && !isDeclared ? [...tmpfs, scratch] : tmpfs,
  }
}

/** A volume as the engine has it. What an environment's apps share is none of one app's; what is somebody else's has no label of imm's. */
const volumeOf = ({scope, ...volume}: VolumeSettings, id: AppId): VolumeMount => {
  const {project, environment} = id
  switch (scope) {
    case 'external':
      return {...volume, labels: {}}
    case 'environment':
      return {
        ...volume,
        name: sharedName(id, volume.name),
        labels: {'imm.project': project, 'imm.environment': environment},
      }
    case 'app':
    case undefined:
      return {...volume, name: volumeName(id, volume.name), labels: environmentLabels(id)}
  }
  return scope satisfies never
}

/** The port to reach an application by: configured, else the only one that its Dockerfile or else its image exposes. */
export const portOf = (settings: Settings, dockerfilePorts: readonly number[], image: ReleaseImage): number => {
  if (settings.port !== undefined) return settings.port
  const ports = dockerfilePorts.length > 0 ? dockerfilePorts : image.exposedPorts
  const {dockerfile} = settings.build
  const [port, ...others] = ports
  if (port !== undefined && others.length === 0) return port
  throw new ImmError(
    'PORT_UNKNOWN',
    port === undefined
      ? `${dockerfile} exposes no port, so imm can't know where the application listens`
      : `${dockerfile} exposes several ports (${ports.join(', ')}), and one must take the traffic`,
    {next: `Set \`port: ${port ?? 3000}\` in imm.yaml, or have one EXPOSE in ${dockerfile}.`},
  )
}
