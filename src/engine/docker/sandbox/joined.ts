import type {Address} from '../../../lifecycle/ports.ts'
import {addressOf} from '../address.ts'
import {call} from '../call.ts'
import type {Client} from '../client.ts'
import {inspect} from '../inspect.ts'
import {keep} from '../kept.ts'
import {statusOf} from '../translate-errors.ts'
import {dropSandboxImage, sandboxRole} from './sandbox-image.ts'

/** The sandbox whose network a container joined, as an id: kept where every later imm finds it. */
export const sandboxLabel = 'imm.sandbox'

/** Where a container in that sandbox is reached; undefined once the sandbox has ended. */
export const sandboxAddress = async (
  client: Client,
  sandbox: string,
  signal: AbortSignal,
): Promise<Address | undefined> => {
  const {addresses} = client.kept
  const known = addresses.get(sandbox)
  if (known) return known
  const info = await inspect(client, sandbox, signal)
  const address = info?.State.Running ? addressOf(info, client.facts) : undefined
  return address && keep(addresses, sandbox, address)
}

/** Containers that joined a sandbox, running or not. */
export const tenantsOf = async ({docker}: Client, sandbox: string, signal: AbortSignal): Promise<string[]> => {
  const filters = {label: [`${sandboxLabel}=${sandbox}`]}
  const found = await call(`looking who is in sandbox ${sandbox}`, signal, (abortSignal) =>
    docker.listContainers({all: true, filters, abortSignal}),
  )
  return found.map(({Id}) => Id)
}

/** Takes a sandbox away, by force: it has nothing to end. Gone is fine, and so is somebody else who is at it. */
export const removeSandbox = async (client: Client, sandbox: string, signal: AbortSignal): Promise<void> => {
  client.kept.addresses.delete(sandbox)
  const info = await inspect(client, sandbox, signal)
  if (info === undefined || info.Config.Labels?.['imm.role'] !== sandboxRole) return
  await call(`removing sandbox ${sandbox}`, signal, (abortSignal) =>
    client.docker.getContainer(sandbox).remove({force: true, v: true, abortSignal}),
  ).catch((error: unknown) => {
    if (statusOf(error) !== 404 && statusOf(error) !== 409) throw error
  })
  await dropSandboxImage(client, signal)
}

/** Ends the sandbox of a container that is kept stopped. Podman keeps a network as long as a container has joined it: there it is stopped as well. */
export const leaveSandbox = async (client: Client, sandbox: string, signal: AbortSignal): Promise<void> => {
  if (!client.libpod) return removeSandbox(client, sandbox, signal)
  client.kept.addresses.delete(sandbox)
  const stopping = call(`stopping sandbox ${sandbox}`, signal, (abortSignal) =>
    client.docker.getContainer(sandbox).stop({t: 0, abortSignal}),
  )
  await stopping.catch((error: unknown) => {
    // 304: stopped already
    if (statusOf(error) !== 404 && statusOf(error) !== 304) throw error
  })
}
