import {call} from './call.ts'
import type {Client} from './client.ts'

/** The container whose network another one shares for a while, as an id. */
export const guestLabel = 'imm.network'

/** Containers that share a container's network for a while, running or not. */
export const guestsOf = async ({docker}: Client, host: string, signal: AbortSignal): Promise<string[]> => {
  const filters = {label: [`${guestLabel}=${host}`]}
  const found = await call(`looking who shares the network of ${host}`, signal, (abortSignal) =>
    docker.listContainers({all: true, filters, abortSignal}),
  )
  return found.map(({Id}) => Id)
}
