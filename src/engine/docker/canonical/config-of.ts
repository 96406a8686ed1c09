import type {Image} from '../../../lifecycle/ports.ts'
import {call} from '../call.ts'
import type {Client} from '../client.ts'

/** How an image runs, in the engine's words. */
export const configOf = async (
  {docker, libpod}: Client,
  {id}: Pick<Image, 'id'>,
  signal: AbortSignal,
): Promise<Record<string, unknown>> => {
  const inspect = (engine = docker) =>
    call(`looking at image ${id}`, signal, async () => (await engine.getImage(id).inspect()) as unknown as Inspected)
  const [{Config}, own] = await Promise.all([inspect(), libpod && inspect(libpod)])
  // Podman tells it in its own API only.
  return own?.Healthcheck ? {...Config, Healthcheck: own.Healthcheck} : Config
}

interface Inspected {
  Config: Record<string, unknown>
  Healthcheck?: unknown
}
