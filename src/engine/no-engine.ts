import {access, lstat, readFile} from 'node:fs/promises'
import path from 'node:path'

import {ImmError} from '../errors.ts'
import type {Candidate, Surroundings} from './candidates.ts'

/** A place that was tried, and why it did not answer. */
export interface Attempt {
  candidate: Candidate
  error: ImmError
}

/** The error that tells most: an engine that is there and refuses or hangs, before one that is nowhere. */
export const noEngine = async (attempts: readonly Attempt[], surroundings: Surroundings): Promise<ImmError> => {
  for (const {candidate, error} of attempts) {
    const denied = error.code === 'ENGINE_DENIED' ? await deniedBy(candidate, error) : undefined
    if (denied) return denied
  }
  const hanging = attempts.find(({error}) => error.code === 'ENGINE_UNRESPONSIVE')
  if (hanging)
    return new ImmError(
      'ENGINE_UNRESPONSIVE',
      `${placeOf(hanging.candidate)} accepts connections and does not answer`,
      {next: 'Restart it, then run `imm doctor`.', cause: hanging.error},
    )
  const refused = attempts.find(({error}) => error.code === 'ENGINE_REFUSED')
  if (refused) return refused.error
  const only = attempts.length === 1 ? attempts[0] : undefined
  return new ImmError(
    'ENGINE_MISSING',
    only
      ? `no container engine answers at ${placeOf(only.candidate)} (${only.candidate.name})`
      : 'no container engine answers on this machine',
    {
      next: await nextStep(attempts, surroundings),
      output: attempts.map(({candidate, error}) => `${candidate.name}: ${error.message}`),
    },
  )
}

const placeOf = ({endpoint, given}: Candidate): string => given ?? endpoint

/** Undefined where the socket itself can't be seen: a closed directory hides most often nothing. */
const deniedBy = async ({endpoint}: Candidate, cause: ImmError): Promise<ImmError | undefined> => {
  const file = endpoint.replace(/^unix:\/\//, '')
  const stats = await lstat(file).catch(() => undefined)
  if (!stats) return undefined
  const group = await groupName(stats.gid)
  // A group that only root is in helps nobody.
  const remedy =
    stats.gid === 0
      ? 'Run imm as the user that the engine belongs to, or set up rootless Podman or Docker'
      : `Run \`sudo usermod -aG ${group} $USER\``
  return new ImmError('ENGINE_DENIED', `${file} belongs to group ${group}, which you are not in: permission denied`, {
    next: `${remedy}, log in again, then run \`imm doctor\`.`,
    cause,
  })
}

const groupName = async (gid: number): Promise<string> => {
  const groups = await readFile('/etc/group', 'utf8').catch(() => '')
  const line = groups.split('\n').find((entry) => entry.split(':')[2] === String(gid))
  return line?.split(':')[0] ?? String(gid)
}

const nextStep = async (attempts: readonly Attempt[], surroundings: Surroundings): Promise<string> => {
  if (attempts.some(({candidate}) => candidate.name === 'DOCKER_HOST' || candidate.name.startsWith('Docker context')))
    if (attempts.length === 1)
      return 'Start that engine, or name another: DOCKER_HOST and DOCKER_CONTEXT decide where imm looks.'
  for (const [program, start] of starters(surroundings.platform))
    if (await installed(program, surroundings)) return `Start it: ${start}. Then run \`imm doctor\`.`
  return installHint(surroundings.platform)
}

/** Programs that tell an installed engine, and how each is started. */
const starters = (platform: NodeJS.Platform): [string, string][] => {
  if (platform === 'darwin')
    return [
      ['colima', '`colima start`'],
      ['podman', '`podman machine start`'],
      ['docker', 'open Docker Desktop (or OrbStack, Rancher Desktop)'],
    ]
  if (platform === 'win32')
    return [
      ['docker', 'open Docker Desktop'],
      ['podman', '`podman machine start`'],
    ]
  return [
    ['dockerd', '`sudo systemctl start docker`, or `sudo dockerd` where there is no systemd'],
    ['podman', '`systemctl --user start podman.socket`'],
    ['docker', '`systemctl --user start docker-desktop`, or where your Docker engine runs'],
  ]
}

const installHint = (platform: NodeJS.Platform): string => {
  if (platform === 'darwin')
    return 'Install Docker Desktop, OrbStack or Colima (`brew install colima docker`), start it, then run `imm doctor`.'
  if (platform === 'win32') return 'Install Docker Desktop or Podman Desktop, start it, then run `imm doctor`.'
  return 'Install Docker (https://docs.docker.com/engine/install/; Debian, Ubuntu: `sudo apt install docker.io`) or Podman, start it, then run `imm doctor`.'
}

const installed = async (program: string, {env, platform}: Surroundings): Promise<boolean> => {
  const names = platform === 'win32' ? [`${program}.exe`] : [program]
  const directories = (env['PATH'] ?? env['Path'] ?? '').split(platform === 'win32' ? ';' : ':')
  // Daemons live where a user's PATH often doesn't lead.
  if (platform === 'linux') directories.push('/usr/sbin', '/sbin')
  const found = await Promise.all(
    directories.filter(Boolean).flatMap((directory) =>
      names.map((name) =>
        access(path.join(directory, name)).then(
          () => true,
          () => false,
        ),
      ),
    ),
  )
  return found.includes(true)
}
