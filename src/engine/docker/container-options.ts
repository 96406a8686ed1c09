import type Docker from 'dockerode'

import type {EngineFacts, InstanceSpec} from '../../lifecycle/ports.ts'
import {portLabel} from './address.ts'
import type {Client} from './client.ts'
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
    Env: Object.entries(spec.env).map(([key, value]) => `${key}=${value}`),
    // Ports are the sandbox's, and the engines refuse them where a network is joined.
    ...(sandbox === undefined ? {ExposedPorts: {[`${spec.port}/tcp`]: {}}} : {}),
    ...(spec.command === undefined ? {} : {Cmd: [...spec.command]}),
    ...(spec.user === undefined ? {} : {User: spec.user}),
    HostConfig: {
      // PID 1 has no default signal handlers: without an init most programs ignore SIGTERM and cost the whole grace time.
      Init: init,
      SecurityOpt: ['no-new-privileges'],
      RestartPolicy: {Name: 'no'},
      Tmpfs: Object.fromEntries(spec.tmpfs.map((path) => [path, ''])),
      Mounts: spec.volumes.map(({name, path, readOnly}) => ({
        Type: 'volume' as const,
        Source: name,
        Target: path,
        ReadOnly: readOnly,
      })),
      ...(sandbox === undefined ? portBindings(facts, spec.port) : {NetworkMode: `container:${sandbox}`}),
      // Without a limit on swap too, a container over its memory slows the machine down instead of ending.
      ...(spec.memoryBytes === undefined ? {} : {Memory: spec.memoryBytes, MemorySwap: spec.memoryBytes}),
      ...(spec.cpus === undefined ? {} : {NanoCpus: Math.round(spec.cpus * 1e9)}),
      // Podman has no such driver; its own is bounded by its configuration.
      ...(libpod ? {} : {LogConfig: {Type: 'json-file', Config: {'max-size': '10m', 'max-file': '2'}}}),
    },
  }
}

/** A free port of this host's loopback, where containers are not reached by their own addresses. */
export const portBindings = ({reach}: EngineFacts, port: number): Docker.HostConfig =>
  reach === 'published' ? {PortBindings: {[`${port}/tcp`]: [{HostIp: '127.0.0.1', HostPort: ''}]}} : {}
