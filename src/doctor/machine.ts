import {access} from 'node:fs/promises'
import path from 'node:path'

import {enginePrograms, userUnitNames, type EngineMachine, type EngineProgram, type UserUnit} from './start-plan.ts'

/** Looks at what decides how an engine is started. `context`: the Docker context in use. */
export const readEngineMachine = async (
  env: NodeJS.ProcessEnv,
  context: string | undefined,
): Promise<EngineMachine> => {
  const {platform} = process
  const [installed, units, systemd] = await Promise.all([
    Promise.all(enginePrograms.map(async (name) => [name, await placeOf(name, env, platform)] as const)),
    Promise.all(userUnitNames.map(async (name) => ((await hasUserUnit(name, env)) ? [name] : []))),
    // sd_booted(3)
    isThere('/run/systemd/system'),
  ])
  return {
    platform,
    root: process.getuid?.() === 0,
    named: env['DOCKER_HOST'] ? 'DOCKER_HOST' : env['DOCKER_CONTEXT'] ? 'DOCKER_CONTEXT' : undefined,
    context,
    systemd,
    installed: Object.fromEntries(installed.filter(([, place]) => place !== undefined)),
    userUnits: units.flat(),
  }
}

const placeOf = async (
  name: EngineProgram,
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
): Promise<string | undefined> => {
  if (name === 'Docker.app') return platform === 'darwin' ? firstThere(['/Applications/Docker.app']) : undefined
  const directories = (env['PATH'] ?? '').split(path.delimiter).filter((directory) => path.isAbsolute(directory))
  // Daemons live where a user's PATH often doesn't lead.
  if (platform === 'linux') directories.push('/usr/local/sbin', '/usr/sbin', '/sbin')
  return firstThere(directories.map((directory) => path.join(directory, name)))
}

/** systemd.unit(5), the user's unit search path. */
const hasUserUnit = async (name: UserUnit, env: NodeJS.ProcessEnv): Promise<boolean> => {
  const config = env['XDG_CONFIG_HOME'] || path.join(env['HOME'] || '/', '.config')
  const directories = [
    path.join(config, 'systemd/user'),
    '/etc/systemd/user',
    '/usr/lib/systemd/user',
    '/lib/systemd/user',
  ]
  return (await firstThere(directories.map((directory) => path.join(directory, name)))) !== undefined
}

const firstThere = async (files: readonly string[]): Promise<string | undefined> => {
  const there = await Promise.all(files.map(isThere))
  return files[there.indexOf(true)]
}

const isThere = async (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  )
