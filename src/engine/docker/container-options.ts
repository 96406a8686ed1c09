import type Docker from 'dockerode'

import type {InstanceSpec, OnceSpec} from '../../lifecycle/ports.ts'
import {portLabel} from './address.ts'
import {attachmentOptions} from './attachment.ts'
import type {Client} from './client.ts'
import {givenLabel} from './given.ts'
import {guestLabel} from './guests.ts'
import {hostOptions} from './host-options.ts'
import {mountOptions} from './mounts.ts'
import {labelsOf, processOptions} from './process-options.ts'
import {portOptions} from './published.ts'
import {sandboxLabel} from './sandbox/joined.ts'

/** A container in the engine's words. */
export const containerOptions = (
  spec: InstanceSpec,
  {facts, libpod}: Pick<Client, 'facts' | 'libpod'>,
  init: boolean,
): Docker.ContainerCreateOptions => {
  const {sandbox, options = {}} = spec
  // Names, networks and ports are the sandbox's, and the engines refuse them where a network is joined.
  const attached =
    sandbox === undefined
      ? attachmentOptions(spec.attachment)
      : {HostConfig: {NetworkMode: `container:${sandbox}`}, Labels: {}}
  const ports = portOptions(sandbox === undefined ? spec : {...spec, port: 0}, facts)
  return {
    ...attached,
    Image: spec.image,
    Labels: {
      ...labelsOf(options),
      ...spec.labels,
      ...attached.Labels,
      ...givenLabel(spec),
      [portLabel]: String(spec.port),
      ...(sandbox === undefined ? {} : {[sandboxLabel]: sandbox}),
    },
    Env: environment(spec),
    ExposedPorts: ports.ExposedPorts,
    ...(spec.command === undefined ? {} : {Cmd: [...spec.command]}),
    ...(spec.user === undefined ? {} : {User: spec.user}),
    ...processOptions(options),
    HostConfig: {
      ...attached.HostConfig,
      ...hostOptions(options, spec, libpod, init),
      ...mountOptions(spec, facts),
      ReadonlyRootfs: spec.readOnly ?? false,
      ...ports.HostConfig,
    },
  }
}

/** A container that runs one command, in the engine's words. */
export const onceOptions = (
  spec: OnceSpec,
  {facts, libpod}: Pick<Client, 'facts' | 'libpod'>,
  init: boolean,
): Docker.ContainerCreateOptions => {
  const {interactive} = spec
  // Its output is read from the engine's own log, and it is started once.
  const {logging: _logging, restart: _restart, healthcheck: _healthcheck, ...options} = spec.options ?? {}
  // Who joined a sandbox has no network of its own to be joined.
  const network = spec.network && (spec.network.sandbox ?? spec.network.id)
  const attached =
    network === undefined
      ? attachmentOptions(spec.attachment)
      : {HostConfig: {NetworkMode: `container:${network}`}, Labels: {}}
  return {
    ...attached,
    Image: spec.image,
    Labels: {
      ...labelsOf(options),
      ...spec.labels,
      ...attached.Labels,
      ...(network === undefined ? {} : {[guestLabel]: network}),
    },
    Env: environment(spec),
    ...processOptions(options),
    ...commandOf(spec),
    ...(spec.user === undefined ? {} : {User: spec.user}),
    // Its end is what counts; a HEALTHCHECK would run in there for nothing.
    Healthcheck: {Test: ['NONE']},
    ...(interactive === undefined
      ? {}
      : {
          Tty: interactive.terminal !== undefined,
          OpenStdin: interactive.stdin !== undefined,
          StdinOnce: interactive.stdin !== undefined,
        }),
    HostConfig: {
      ...attached.HostConfig,
      ...hostOptions(options, spec, libpod, init),
      ...mountOptions(spec, facts),
    },
  }
}

/** As entrypoint: the image's own, most often the server, would take the words as its arguments. */
const commandOf = ({command, options}: OnceSpec): Docker.ContainerCreateOptions => {
  if (command === undefined) return {}
  if (options?.entrypoint !== undefined) return {Cmd: [...command]}
  const [program = '', ...args] = command
  return {Entrypoint: [program], Cmd: args}
}

const environment = ({env, interactive}: Pick<InstanceSpec, 'env'> & Pick<OnceSpec, 'interactive'>): string[] => [
  ...(interactive?.terminal === undefined || env['TERM'] !== undefined
    ? []
    : [`TERM=${process.env['TERM'] ?? 'xterm'}`]),
  ...Object.entries(env).map(([key, value]) => `${key}=${value}`),
]
