import {isImmError} from '../../errors.ts'
import type {Client} from './client.ts'
import {exec} from './exec.ts'
import {inspect} from './inspect.ts'
import {engineWords} from './translate-errors.ts'

// What Docker allows where HEALTHCHECK says no --timeout (Dockerfile reference).
const defaultTimeoutMs = 30_000

/** Runs the image's HEALTHCHECK once, now; healthy where it has none, and not when it takes longer than its timeout. */
export const healthcheck = async (
  client: Client,
  id: string,
  signal: AbortSignal,
): Promise<{healthy: boolean; output: string}> => {
  const config = (await inspect(client, id, signal))?.Config
  const command = commandOf(config?.Healthcheck?.Test, (config as {Shell?: string[]} | undefined)?.Shell)
  if (!command) return {healthy: true, output: ''}
  // In nanoseconds; 0 is the default.
  const timeoutMs = (config?.Healthcheck?.Timeout ?? 0) / 1e6 || defaultTimeoutMs
  try {
    const {exitCode, output} = await exec(client, id, command, signal, timeoutMs)
    return {healthy: exitCode === 0, output}
  } catch (error) {
    // The check's own time is over: its program hangs, not the engine.
    if (isImmError(error, 'ENGINE_UNRESPONSIVE'))
      return {healthy: false, output: `no result within ${timeoutMs / 1000} s`}
    if (isImmError(error, 'ENGINE_REFUSED')) return {healthy: false, output: engineWords(error.cause as Error)}
    throw error
  }
}

/** `HEALTHCHECK CMD` in its two forms (Dockerfile reference): arguments, or one line for the image's SHELL. */
const commandOf = (test: readonly string[] | undefined, shell: readonly string[] = ['/bin/sh', '-c']) => {
  const [kind, ...rest] = test ?? []
  if (kind === 'CMD') return rest
  return kind === 'CMD-SHELL' ? [...shell, ...rest] : undefined
}
