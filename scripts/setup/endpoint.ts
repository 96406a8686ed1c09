import {homedir} from 'node:os'
import path from 'node:path'

/** Where an engine's HTTP API may answer: `socketPath`, or host and port of an engine without TLS. */
export type Endpoint =
  | {kind: 'socket'; socketPath: string}
  | {kind: 'tcp'; host: string; port: number}
  | {kind: 'unsupported'; url: string}

/** `DOCKER_HOST` in its own syntax; undefined where it is not set. */
export const namedEndpoint = (env: NodeJS.ProcessEnv): Endpoint | undefined => {
  const url = env['DOCKER_HOST']
  if (!url) return undefined
  if (url.startsWith('unix://')) return {kind: 'socket', socketPath: url.slice('unix://'.length)}
  const tcp = /^(?:tcp|http):\/\/([^/:]+|\[[^\]]+\]):(\d+)\/?$/.exec(url)
  if (tcp?.[1] && tcp[2] && !env['DOCKER_TLS_VERIFY'])
    return {kind: 'tcp', host: tcp[1].replace(/^\[|\]$/g, ''), port: Number(tcp[2])}
  return {kind: 'unsupported', url}
}

/** The sockets that engines are known to use, in the order in which they are tried. */
export const usualEndpoints = (env: NodeJS.ProcessEnv, platform: NodeJS.Platform, home = homedir()): Endpoint[] => {
  const runtime = env['XDG_RUNTIME_DIR']
  const sockets = [
    '/var/run/docker.sock',
    ...(runtime ? [path.join(runtime, 'docker.sock')] : []),
    path.join(home, '.docker/run/docker.sock'),
    ...(platform === 'darwin'
      ? ['.orbstack/run', '.colima/default', '.rd'].map((at) => path.join(home, at, 'docker.sock'))
      : []),
    path.join(home, '.docker/desktop/docker.sock'),
    ...(runtime ? [path.join(runtime, 'podman/podman.sock')] : []),
    '/run/podman/podman.sock',
  ]
  return sockets.map((socketPath) => ({kind: 'socket', socketPath}))
}

/** In the form of `DOCKER_HOST`. */
export const endpointUrl = (endpoint: Endpoint): string => {
  if (endpoint.kind === 'socket') return `unix://${endpoint.socketPath}`
  return endpoint.kind === 'tcp' ? `tcp://${endpoint.host}:${endpoint.port}` : endpoint.url
}
