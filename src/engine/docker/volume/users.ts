import type {Instance} from '../../../lifecycle/ports.ts'
import {call} from '../call.ts'
import type {Client} from '../client.ts'
import {instance} from '../instances.ts'
import {volumeRole} from './helper.ts'

/** Containers that mount a volume, running or not, whoever made them; none of those that only copy it. */
export const volumeUsers = async (client: Client, volume: string, signal: AbortSignal): Promise<Instance[]> => {
  const found = await call(`looking who uses volume ${volume}`, signal, (abortSignal) =>
    client.docker.listContainers({all: true, filters: {volume: [volume]}, abortSignal}),
  )
  // The filter takes a path of a mount for the name of a volume, too.
  const using = found.filter(({Mounts}) => Mounts.some(({Type, Name}) => Type === 'volume' && Name === volume))
  const all = await Promise.all(using.map(({Id}) => instance(client, Id, signal)))
  return all.filter((one) => one !== undefined && one.labels['imm.role'] !== volumeRole) as Instance[]
}
