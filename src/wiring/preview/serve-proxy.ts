import type {Emit} from '../../preview/serve/events.ts'
import {keepProxy} from '../../proxy/client.ts'
import type {StatePaths} from '../../state/paths.ts'

/** The proxy for as long as serve runs, started again as soon as it dies: until the next push nobody else would need it. */
export const keepServeProxy = async (
  {paths, env, emit}: {paths: StatePaths; env?: NodeJS.ProcessEnv; emit: Emit},
  signal: AbortSignal,
): Promise<AsyncDisposable> => {
  const warn = (message: string) => emit({type: 'warning', message})
  return keepProxy({
    paths,
    env,
    signal,
    onRestart: () => warn('the proxy had died; it is back with its routes'),
    onStop: () => warn('the proxy was stopped: previews are unreachable until the next push or `imm proxy restart`'),
    onFailure: ({code, message, next}) => emit({type: 'warning', code, message: `${message} (${next})`}),
  })
}
