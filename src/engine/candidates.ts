import path from 'node:path'

import {contextCandidate} from './docker-context.ts'

/** One place where an engine may answer. */
export interface Candidate {
  /** how people call it: `DOCKER_HOST`, `Colima` */
  name: string
  /** `unix:///var/run/docker.sock`, `npipe:////./pipe/docker_engine`, `tcp://host:2376` */
  endpoint: string
  /** as somebody wrote it, where the endpoint is made of that */
  given?: string | undefined
  /** directory with ca.pem, cert.pem and key.pem; undefined: no TLS */
  tls?: string | undefined
}

/** What the search depends on, so that a test can be any machine. */
export interface Surroundings {
  env: NodeJS.ProcessEnv
  platform: NodeJS.Platform
  home: string
  uid: number | undefined
}

type Strategy = (surroundings: Surroundings) => Candidate[]

/** Where to look, in order. What a user named by DOCKER_HOST or DOCKER_CONTEXT is the only place: another engine would surprise. */
export const candidates = async (surroundings: Surroundings, prefer: 'docker' | 'podman'): Promise<Candidate[]> => {
  const {env} = surroundings
  const chosen = dockerHost(surroundings)
  if (chosen.length > 0) return chosen
  const context = await contextCandidate(surroundings)
  if (context && env['DOCKER_CONTEXT']) return [context]
  const docker = [...(context ? [context] : []), ...dockerStrategies.flatMap((strategy) => strategy(surroundings))]
  const found = prefer === 'podman' ? [...podman(surroundings), ...docker] : [...docker, ...podman(surroundings)]
  const seen = new Set<string>()
  return found.filter(({endpoint}) => !seen.has(endpoint) && seen.add(endpoint))
}

const dockerHost: Strategy = ({env, home}) => {
  const endpoint = env['DOCKER_HOST']
  if (!endpoint) return []
  const wantsTls = Boolean(env['DOCKER_TLS_VERIFY']) || endpoint.endsWith(':2376')
  const tls = wantsTls ? env['DOCKER_CERT_PATH'] || env['DOCKER_CONFIG'] || path.join(home, '.docker') : undefined
  if (endpoint.includes('://')) return [{name: 'DOCKER_HOST', endpoint, tls}]
  return [{name: 'DOCKER_HOST', endpoint: `tcp://${endpoint}`, given: endpoint, tls}]
}

const unix = (name: string, socketPath: string): Candidate => ({name, endpoint: `unix://${socketPath}`})
const pipe = (name: string, pipeName: string): Candidate => ({name, endpoint: `npipe:////./pipe/${pipeName}`})

const runtimeDirectory = ({env, uid}: Surroundings): string | undefined =>
  env['XDG_RUNTIME_DIR'] || (uid === undefined ? undefined : `/run/user/${uid}`)

const windows: Strategy = ({platform}) =>
  platform === 'win32' ? [pipe('Docker', 'docker_engine'), pipe('Docker Desktop', 'dockerDesktopLinuxEngine')] : []

const system: Strategy = ({platform}) => (platform === 'win32' ? [] : [unix('Docker', '/var/run/docker.sock')])

const rootless: Strategy = (surroundings) => {
  const directory = surroundings.platform === 'linux' ? runtimeDirectory(surroundings) : undefined
  return directory ? [unix('rootless Docker', path.posix.join(directory, 'docker.sock'))] : []
}

const inHome =
  (name: string, ...places: string[]): Strategy =>
  ({platform, home}) =>
    platform === 'win32' ? [] : places.map((place) => unix(name, path.posix.join(home, place)))

const dockerStrategies: Strategy[] = [
  windows,
  system,
  rootless,
  inHome('Docker Desktop', '.docker/run/docker.sock', '.docker/desktop/docker.sock'),
  inHome('Colima', '.colima/default/docker.sock', '.config/colima/default/docker.sock'),
  inHome('OrbStack', '.orbstack/run/docker.sock'),
  inHome('Rancher Desktop', '.rd/docker.sock'),
]

const podman: Strategy = (surroundings) => {
  const {env, platform, home} = surroundings
  const chosen = env['CONTAINER_HOST'] ? [{name: 'CONTAINER_HOST', endpoint: env['CONTAINER_HOST']}] : []
  if (platform === 'win32') return [...chosen, pipe('Podman', 'podman-machine-default')]
  const machine = path.posix.join(home, '.local/share/containers/podman/machine/podman.sock')
  if (platform === 'darwin') return [...chosen, unix('Podman', machine)]
  const directory = runtimeDirectory(surroundings)
  return [
    ...chosen,
    ...(directory ? [unix('rootless Podman', path.posix.join(directory, 'podman/podman.sock'))] : []),
    unix('Podman', '/run/podman/podman.sock'),
  ]
}
