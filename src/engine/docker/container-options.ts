import type Docker from 'dockerode'

import type {EngineFacts, InstanceSpec, OnceSpec} from '../../lifecycle/ports.ts'
import {portLabel} from './address.ts'
import type {Client} from './client.ts'
import {guestLabel} from './guests.ts'
import {sandboxLabel} from './sandbox/joined.ts'

/** A container in the engine's words. */
export const containerOptions = (
  spec: InstanceSpec,
  {facts, libpod}: Pick<Client, 'facts' | 'libpod'>,
  init: boolean,
): Docker.ContainerCreateOptions => {
  const {sandbox} = spec
  return {
    Image: spec.image,
    Labels: {
      ...spec.labels,
      [portLabel]: String(spec.port),
      ...(sandbox === undefined ? {} : {[sandboxLabel]: sandbox}),
    },
    Env: environment(spec),
    // Ports are the sandbox's, and the engines refuse them where a network is joined.
    ...(sandbox === undefined ? {ExposedPorts: {[`${spec.port}/tcp`]: {}}} : {}),
    ...(spec.command === undefined ? {} : {Cmd: [...spec.command]}),
    ...(spec.user === undefined ? {} : {User: spec.user}),
    HostConfig: {
      ...hostOptions(spec, libpod, init),
      ReadonlyRootfs: spec.readOnly ?? false,
      ...(sandbox === undefined ? portBindings(facts, spec.port) : {NetworkMode: `container:${sandbox}`}),
    },
  }
}

/** A container that runs one command, in the engine's words. */
export const onceOptions = (
  spec: OnceSpec,
  {libpod}: Pick<Client, 'libpod'>,
  init: boolean,
): Docker.ContainerCreateOptions => {
  const [program, ...args] = spec.command ?? []
  // Who joined a sandbox has no network of its own to be joined.
  const network = spec.network && (spec.network.sandbox ?? spec.network.id)
  return {
    Image: spec.image,
    Labels: {...spec.labels, ...(network === undefined ? {} : {[guestLabel]: network})},
    Env: environment(spec),
    // As entrypoint: the image's own, most often the server, would take the words as its arguments.
    ...(program === undefined ? {} : {Entrypoint: [program], Cmd: args}),
    ...(spec.user === undefined ? {} : {User: spec.user}),
    // Its end is what counts; a HEALTHCHECK would run in there for nothing.
    Healthcheck: {Test: ['NONE']},
    HostConfig: {
      ...hostOptions(spec, libpod, init),
      ...(network === undefined ? {} : {NetworkMode: `container:${network}`}),
    },
  }
}

const environment = ({env}: Pick<InstanceSpec, 'env'>): string[] =>
  Object.entries(env).map(([key, value]) => `${key}=${value}`)

const hostOptions = (
  spec: Pick<InstanceSpec, 'tmpfs' | 'volumes' | 'binds' | 'memoryBytes' | 'cpus'>,
  libpod: Client['libpod'],
  init: boolean,
): Docker.HostConfig => ({
  // PID 1 has no default signal handlers: without an init most programs ignore SIGTERM and cost the whole grace time.
  Init: init,
  SecurityOpt: ['no-new-privileges'],
  RestartPolicy: {Name: 'no'},
  Tmpfs: Object.fromEntries(spec.tmpfs.map((path) => [path, ''])),
  Mounts: [
    ...spec.volumes.map(({name, path, readOnly}) => ({
      Type: 'volume' as const,
      Source: name,
      Target: path,
      ReadOnly: readOnly,
    })),
    ...(spec.binds ?? []).map(({source, path, readOnly}) => ({
      Type: 'bind' as const,
      Source: source,
      Target: path,
      ReadOnly: readOnly,
    })),
  ],
  // Without a limit on swap too, a container over its memory slows the machine down instead of ending.
  ...(spec.memoryBytes === undefined ? {} : {Memory: spec.memoryBytes, MemorySwap: spec.memoryBytes}),
  ...(spec.cpus === undefined ? {} : {NanoCpus: Math.round(spec.cpus * 1e9)}),
  // Podman has no such driver; its own is bounded by its configuration.
  ...(libpod ? {} : {LogConfig: {Type: 'json-file', Config: {'max-size': '10m', 'max-file': '2'}}}),
})

/** A free port of this host's loopback, where containers are not reached by their own addresses. */
export const portBindings = ({reach}: EngineFacts, port: number): Docker.HostConfig =>
  reach === 'published' ? {PortBindings: {[`${port}/tcp`]: [{HostIp: '127.0.0.1', HostPort: ''}]}} : {}
