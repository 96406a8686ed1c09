import type Docker from 'dockerode'

import type {Address, Instance} from '../../lifecycle/ports.ts'
import {addressOf, portLabel} from './address.ts'
import {betweenProbes} from './between-probes.ts'
import {call} from './call.ts'
import type {Client} from './client.ts'
import {inspect} from './inspect.ts'
import {carries, labelFilter} from './label-filter.ts'
import {sandboxAddress, sandboxLabel} from './sandbox/joined.ts'
import {statusOf} from './translate-errors.ts'

/** Containers that carry all the labels, running or not. */
export const instances = async (
  client: Client,
  labels: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Instance[]> => {
  const found = await call('listing containers', signal, (abortSignal) =>
    client.docker.listContainers({all: true, filters: {label: labelFilter(labels)}, abortSignal}),
  )
  // The list lacks start time, exit code, memory kills and health. Containers may go while they are looked at.
  const all = await Promise.all(
    found.filter(({Labels}) => carries(Labels, labels)).map(({Id}) => instance(client, Id, signal)),
  )
  return all.filter((one) => one !== undefined)
}

/** Undefined where the engine has no such container. */
export const instance = async (client: Client, id: string, signal: AbortSignal): Promise<Instance | undefined> => {
  const info = await inspect(client, id, signal)
  return info && toInstance(client, info, signal)
}

export const pause = async (client: Client, id: string, signal: AbortSignal): Promise<void> => {
  await betweenProbes(client, id, signal)
  await bring(client, id, 'paused', signal, (abortSignal) => client.docker.getContainer(id).pause({abortSignal}))
}

export const unpause = (client: Client, id: string, signal: AbortSignal): Promise<void> =>
  bring(client, id, 'running', signal, (abortSignal) => client.docker.getContainer(id).unpause({abortSignal}))

/** Brings a container into a state; fine where it is in it already, which Docker and Podman refuse with different statuses. */
const bring = async (
  client: Client,
  id: string,
  state: 'paused' | 'running',
  signal: AbortSignal,
  act: (abortSignal: AbortSignal) => Promise<unknown>,
): Promise<void> => {
  try {
    await call(`bringing container ${id} to ${state}`, signal, act)
  } catch (error) {
    if (statusOf(error) === undefined || (await instance(client, id, signal))?.state !== state) throw error
  }
}

export const toInstance = async (
  client: Client,
  info: Docker.ContainerInspectInfo,
  signal: AbortSignal,
): Promise<Instance> => {
  const {State, Config} = info
  const state = stateOf(State)
  const ended = state === 'exited' || state === 'dead'
  const startedMs = Date.parse(State.StartedAt)
  // Engines answer null where there are none.
  const labels = (Config.Labels as typeof Config.Labels | null) ?? {}
  const sandbox = labels[sandboxLabel]
  const address = async (): Promise<Address | undefined> =>
    sandbox === undefined ? hostedAddress(client, info, signal) : sandboxAddress(client, sandbox, signal)
  return {
    id: info.Id,
    name: info.Name.replace(/^\//, ''),
    image: info.Image.startsWith('sha256:') ? info.Image : `sha256:${info.Image}`,
    labels,
    state,
    address: state === 'running' || state === 'paused' ? await address() : undefined,
    exitCode: ended ? State.ExitCode : undefined,
    outOfMemory: State.OOMKilled,
    health: healthOf(State.Health?.Status),
    // Never started is the year 1.
    startedMs: startedMs > 0 ? startedMs : undefined,
    sandbox,
  }
}

/** Whose network is that of another container has its address, and a port of its own. */
const hostedAddress = async (
  client: Client,
  info: Docker.ContainerInspectInfo,
  signal: AbortSignal,
): Promise<Address | undefined> => {
  const other = /^container:(.+)$/.exec(info.HostConfig.NetworkMode ?? '')?.[1]
  const host = other === undefined ? undefined : await inspect(client, other, signal)
  if (!host) return addressOf(info, client.facts)
  const port = info.Config.Labels?.[portLabel]
  const labels = {...host.Config.Labels, ...(port === undefined ? {} : {[portLabel]: port})}
  return addressOf({...host, Config: {...host.Config, Labels: labels}}, client.facts)
}

const stateOf = ({Status, Running, Paused, Dead}: Docker.ContainerInspectInfo['State']): Instance['state'] => {
  if (Paused) return 'paused'
  if (Running) return 'running'
  if (Dead || Status === 'removing') return 'dead'
  // `configured` and `initialized` are Podman's.
  return Status === 'created' || Status === 'configured' || Status === 'initialized' ? 'created' : 'exited'
}

const healthOf = (status: string | undefined): Instance['health'] =>
  status === 'starting' || status === 'healthy' || status === 'unhealthy' ? status : 'none'
