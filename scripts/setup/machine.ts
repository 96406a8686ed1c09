import {existsSync, readFileSync} from 'node:fs'
import {homedir} from 'node:os'
import path from 'node:path'

import {candidates} from '../../src/engine/candidates.ts'
import {parseEndpoint, type Endpoint} from './endpoint.ts'
import type {MachineFacts} from './engine-plan.ts'
import {findEngine} from './find-engine.ts'

/** Looks at this machine; the engine that answers, if one does, comes along. */
export const readMachine = async (
  signal: AbortSignal,
): Promise<{facts: MachineFacts; engine: Endpoint | undefined}> => {
  const {env, platform} = process
  // Where imm itself looks, and in its order: an engine that imm does not find would be of no use.
  const places = await candidates({env, platform, home: env['HOME'] || homedir(), uid: process.getuid?.()}, 'docker')
  const endpoints = places.map(({endpoint, tls}) => parseEndpoint(endpoint, tls)).filter((place) => place !== undefined)
  const {answering, denied, silent} = await findEngine(endpoints, signal)
  return {
    engine: answering,
    facts: {
      answering: answering?.url,
      denied: denied?.url,
      silent: silent?.url,
      named: env['DOCKER_HOST'] || env['DOCKER_CONTEXT'] ? places[0]?.endpoint : undefined,
      platform,
      root: process.getuid?.() === 0,
      debian: isDebian(readIfThere('/etc/os-release')),
      dockerd: executable('dockerd'),
      systemd: existsSync('/run/systemd/system'),
    },
  }
}

/** os-release(5): ID and ID_LIKE. */
export const isDebian = (osRelease: string): boolean =>
  osRelease
    .split('\n')
    .flatMap((line) => /^ID(?:_LIKE)?=(.*)$/.exec(line)?.[1]?.replaceAll('"', '').split(' ') ?? [])
    .some((id) => id === 'debian' || id === 'ubuntu')

/** The path of a program; undefined where it is not installed. The sbin directories count though a plain user's PATH may lack them. */
export const executable = (name: string): string | undefined =>
  [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin']
    .map((directory) => path.join(directory, name))
    .find((file) => path.isAbsolute(file) && existsSync(file))

const readIfThere = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '')
