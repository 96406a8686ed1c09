import {ImmError} from '../errors.ts'
import type {ReleaseName} from '../release/identity.ts'
import {containerLabels, environmentLabels} from '../release/labels.ts'
import {containerName, volumeName} from '../release/names.ts'
import {memberOf, type BuiltImage, type Member} from './member.ts'
import type {Plan} from './plan.ts'
import type {World} from './world.ts'

/** Starts the candidate beside what runs. The caller disposes it until it is live. */
export const launch = async (
  plan: Plan,
  image: BuiltImage,
  {release, generation}: {release: ReleaseName; generation: number},
  {id, engine}: World,
  signal: AbortSignal,
): Promise<Member> => {
  const {settings, exposedPorts} = plan.project
  const identity = {
    ...id,
    release,
    generation,
    snapshot: plan.snapshot.digest,
    settings: plan.settingsDigest,
    role: 'app' as const,
  }
  const port =
    settings.port ?? onlyPort(exposedPorts.length > 0 ? exposedPorts : image.exposedPorts, settings.build.dockerfile)
  const instance = await engine.start(
    {
      name: containerName(id, release, generation),
      image: image.id,
      labels: containerLabels(identity),
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
  const member = memberOf({...instance, address: instance.address ?? {host: '127.0.0.1', port: 0}}, port)
  if (!member) throw new ImmError('ENGINE_REFUSED', `the engine lost the labels of container ${instance.name}`)
  return member
}

const onlyPort = (ports: readonly number[], dockerfile: string): number => {
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
