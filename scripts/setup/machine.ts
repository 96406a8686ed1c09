import {existsSync, readFileSync} from 'node:fs'
import path from 'node:path'

import {endpointUrl, namedEndpoint, usualEndpoints, type Endpoint} from './endpoint.ts'
import type {MachineFacts} from './engine-plan.ts'
import {findEngine} from './find-engine.ts'

/** Looks at this machine; the engine that answers, if one does, comes along. */
export const readMachine = async (
  signal: AbortSignal,
): Promise<{facts: MachineFacts; engine: Endpoint | undefined}> => {
  const named = namedEndpoint(process.env)
  const search = await findEngine(named ? [named] : usualEndpoints(process.env, process.platform), signal)
  return {
    engine: search.answering,
    facts: {
      answering: url(search.answering),
      denied: url(search.denied),
      silent: url(search.silent),
      named: url(named),
      platform: process.platform,
      root: process.getuid?.() === 0,
      debian: isDebian(readIfThere('/etc/os-release')),
      dockerd: executable('dockerd'),
      systemd: existsSync('/run/systemd/system'),
    },
  }
}

const url = (endpoint: Endpoint | undefined): string | undefined => endpoint && endpointUrl(endpoint)

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
