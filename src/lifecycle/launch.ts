import type {Settings} from '../config/settings.ts'
import {ImmError} from '../errors.ts'
import type {ReleaseName} from '../release/identity.ts'
import {containerLabels, environmentLabels} from '../release/labels.ts'
import {containerName, volumeName} from '../release/names.ts'
import type {Member, ReleaseImage} from './member.ts'
import type {Content} from './plan.ts'
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

/** Starts the candidate beside what runs. The caller disposes it until it is live. */
export const launch = async (recipe: Recipe, {id, engine}: World, signal: AbortSignal): Promise<Member> => {
  const {release, generation, image, settings, port, snapshot, settingsDigest} = recipe
  const instance = await engine.start(
    {
      name: containerName(id, release, generation),
      image: image.id,
      labels: containerLabels({
        ...id,
        release,
        generation,
        snapshot: snapshot.digest,
        settings: settingsDigest,
        role: 'app',
      }),
      env: settings.env,
      command: settings.command,
      user: settings.user,
      port,
      volumes: settings.volumes.map((volume) => ({
        ...volume,
        name: volumeName(id, volume.name),
        labels: environmentLabels(id),
      })),
      tmpfs: settings.tmpfs,
      ...settings.resources,
    },
    signal,
  )
  // One that has ended already has no address any more; verify says why it ended.
  return {...recipe, instance, address: instance.address ?? {host: '127.0.0.1', port: 0}}
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
