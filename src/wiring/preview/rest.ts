import {ImmError, isImmError} from '../../errors.ts'
import {directCall} from '../../proxy/link.ts'
import type {EnvironmentId} from '../../release/identity.ts'
import type {StatePaths} from '../../state/paths.ts'

const longestMs = 10 * 60_000

/**
 * Puts a preview to rest as if nobody had asked for it, or wakes it; resolves when that is done. What is under way there gets a moment.
 * PROXY_UNREACHABLE where no proxy runs, which routes nothing then.
 */
export const restPreview = async (
  {project, environment}: EnvironmentId,
  to: 'awake' | 'paused' | 'asleep',
  paths: StatePaths,
  signal: AbortSignal,
): Promise<void> => {
  const call = {method: 'POST', path: '/v1/rest', body: {project, environment, to}, extraMs: longestMs} as const
  const answer = await directCall(paths)(call, signal)
  if (answer === undefined)
    throw new ImmError('PROXY_UNREACHABLE', 'the proxy that runs is of an imm that puts nothing to rest', {
      next: 'Run `imm proxy restart`.',
    })
}

/** For who is about to change it: what can't be woken is theirs to bring up. */
export const wakePreview = async (id: EnvironmentId, paths: StatePaths, signal: AbortSignal): Promise<void> => {
  try {
    await restPreview(id, 'awake', paths, signal)
  } catch (error) {
    if (!isImmError(error)) throw error
  }
}
