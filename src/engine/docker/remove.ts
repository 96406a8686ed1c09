import {setTimeout as sleep} from 'node:timers/promises'

import type Docker from 'dockerode'

import {call, callMs} from './call.ts'
import type {Client} from './client.ts'
import {guestsOf} from './guests.ts'
import {inspect} from './inspect.ts'
import {unpause} from './instances.ts'
import {leaveSandbox, removeSandbox, sandboxLabel, tenantsOf} from './sandbox/joined.ts'
import {sandboxRole} from './sandbox/sandbox-image.ts'
import {statusOf} from './translate-errors.ts'

// Readers of the output get their last lines within milliseconds of the container's end.
const lastLinesMs = 2000
// Readers in other processes (`imm logs -f`) can't be asked: unless there is a hurry, they are given time for the same.
const otherReadersMs = 500

/** Stops and removes a container with its anonymous volumes, and the sandbox that it joined; fine where it is gone. */
export const remove = async (client: Client, id: string, graceMs: number, signal: AbortSignal): Promise<void> => {
  const info = await inspect(client, id, signal)
  if (!info) return
  const labels = info.Config.Labels as typeof info.Config.Labels | null
  // Podman keeps what another container needs the network of.
  if (client.libpod)
    for (const guest of await guestsOf(client, labels?.[sandboxLabel] ?? info.Id, signal))
      await remove(client, guest, 0, signal)
  if (labels?.['imm.role'] === sandboxRole) {
    // Without its network an application can't end well, and Podman refuses: who joined it goes first.
    for (const tenant of await tenantsOf(client, info.Id, signal)) await remove(client, tenant, graceMs, signal)
    return removeSandbox(client, info.Id, signal)
  }
  await removeOne(client, info, graceMs, signal)
  const sandbox = labels?.[sandboxLabel]
  if (sandbox !== undefined) await removeSandbox(client, sandbox, signal)
}

/** Stops a container and keeps it. Its network is given back: nobody starts it again, and sandboxes are not for free. */
export const stop = async (client: Client, id: string, graceMs: number, signal: AbortSignal): Promise<void> => {
  const info = await inspect(client, id, signal)
  if (!info) return
  const {Running, Paused} = info.State
  if (Running || Paused) await end(client, info.Id, {graceMs, paused: Paused}, signal)
  await keepStopped(client, info, signal)
  const sandbox = (info.Config.Labels as typeof info.Config.Labels | null)?.[sandboxLabel]
  if (sandbox !== undefined) await leaveSandbox(client, sandbox, signal)
}

/** An engine that starts again would start it, too. Podman can't change that, and only does so where its own service for it is on. */
const keepStopped = async (
  {docker, libpod}: Client,
  {Id: id, HostConfig}: Docker.ContainerInspectInfo,
  signal: AbortSignal,
): Promise<void> => {
  if (libpod || !['always', 'unless-stopped'].includes(HostConfig.RestartPolicy?.Name ?? '')) return
  await call(`keeping container ${id} stopped`, signal, (abortSignal) =>
    docker.getContainer(id).update({RestartPolicy: {Name: 'no'}, abortSignal}),
  )
}

const removeOne = async (
  client: Client,
  {Id: id, State: state}: Docker.ContainerInspectInfo,
  graceMs: number,
  signal: AbortSignal,
): Promise<void> => {
  const alive = state.Running || state.Paused
  if (alive && (graceMs > 0 || client.followers.has(id))) {
    await end(client, id, {graceMs, paused: state.Paused}, signal)
    if (graceMs > 0) await sleep(otherReadersMs, undefined, {signal}).catch(() => signal.throwIfAborted())
  }
  await client.followers.gone(id, lastLinesMs)
  const container = client.docker.getContainer(id)
  try {
    await call(`removing container ${id}`, signal, (abortSignal) =>
      container.remove({force: true, v: true, abortSignal}),
    )
  } catch (error) {
    if (statusOf(error) === 404) return
    if (statusOf(error) !== 409) throw error
    // Somebody else is removing it. It must be gone when this resolves: its name may be wanted again.
    await tolerating([404], () =>
      call(`removing container ${id}`, signal, (abortSignal) => container.wait({condition: 'removed', abortSignal})),
    )
  }
}

export const end = async (
  client: Client,
  id: string,
  {graceMs, paused}: {graceMs: number; paused: boolean},
  signal: AbortSignal,
): Promise<void> => {
  // A frozen process can't hear a signal: the engines would wait the grace time out.
  if (paused) await tolerating([404, 409, 500], () => unpause(client, id, signal))
  // The engine counts whole seconds. 304: stopped already.
  const options = {t: Math.ceil(graceMs / 1000)}
  await tolerating([304, 404], () =>
    call(
      `stopping container ${id}`,
      signal,
      (abortSignal) => client.docker.getContainer(id).stop({...options, abortSignal}),
      graceMs + callMs,
    ),
  )
}

export const tolerating = async (statuses: readonly number[], act: () => Promise<unknown>): Promise<void> => {
  try {
    await act()
  } catch (error) {
    if (!statuses.includes(statusOf(error) ?? 0)) throw error
  }
}
