import path from 'node:path'

import {ImmError} from '../errors.ts'
import type {StatePaths} from '../state/paths.ts'
import {defaultPort, idleStopMs} from './limits.ts'

export const controlSocketPath = ({runtime}: StatePaths): string => path.join(runtime, 'proxy.sock')

/** IMM_PROXY_PORT: the main port; 0: any. */
export const mainPort = (env: NodeJS.ProcessEnv): number => readNumber(env, 'IMM_PROXY_PORT', defaultPort, 65_535)

/** IMM_PROXY_HTTPS_PORT: a port for https; 0: the main port does for both. */
export const httpsPort = (env: NodeJS.ProcessEnv): number => readNumber(env, 'IMM_PROXY_HTTPS_PORT', 0, 65_535)

/** IMM_PROXY_IDLE_MS: how long nothing may be routed. */
export const idleMs = (env: NodeJS.ProcessEnv): number => readNumber(env, 'IMM_PROXY_IDLE_MS', idleStopMs, 2 ** 31 - 1)

/** IMM_PROXY_TRUST_FORWARDED: 1 where another proxy, such as a tunnel, is in front. */
export const trustForwarded = (env: NodeJS.ProcessEnv): boolean =>
  readNumber(env, 'IMM_PROXY_TRUST_FORWARDED', 0, 1) === 1

/** IMM_PROXY_ACCESS_LOG: the file that requests are told of in; undefined: none. */
export const accessLogFile = (env: NodeJS.ProcessEnv): string | undefined => {
  const file = env['IMM_PROXY_ACCESS_LOG']
  if (file === undefined || file === '') return undefined
  if (path.isAbsolute(file)) return file
  // The proxy has no directory that anybody would mean.
  throw new ImmError('USAGE', `IMM_PROXY_ACCESS_LOG is ${JSON.stringify(file)}, expected an absolute path`, {
    next: 'Correct IMM_PROXY_ACCESS_LOG, or unset it.',
  })
}

const readNumber = (env: NodeJS.ProcessEnv, name: string, otherwise: number, max: number): number => {
  const text = env[name]
  if (text === undefined || text === '') return otherwise
  const value = Number(text)
  if (/^\d+$/.test(text) && value <= max) return value
  throw new ImmError('USAGE', `${name} is ${JSON.stringify(text)}, expected a whole number from 0 to ${max}`, {
    next: `Correct ${name}, or unset it for ${otherwise}.`,
  })
}
