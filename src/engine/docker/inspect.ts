import type Docker from 'dockerode'

import {call} from './call.ts'
import type {Client} from './client.ts'
import {statusOf} from './translate-errors.ts'

/** All that the engine knows of a container; undefined where it has no such container. */
export const inspect = async (
  client: Client,
  id: string,
  signal: AbortSignal,
): Promise<Docker.ContainerInspectInfo | undefined> => {
  try {
    return await call(`looking at container ${id}`, signal, (abortSignal) =>
      client.docker.getContainer(id).inspect({abortSignal}),
    )
  } catch (error) {
    const status = statusOf(error)
    if (status === 404) return undefined
    // Podman answers 500 where the container goes while it is being looked at.
    if (status !== undefined && (await isGone(client, id, signal))) return undefined
    throw error
  }
}

const isGone = async ({docker}: Client, id: string, signal: AbortSignal): Promise<boolean> => {
  const found = await call('listing containers', signal, (abortSignal) =>
    docker.listContainers({all: true, filters: {id: [id]}, abortSignal}),
  )
  return found.length === 0
}
