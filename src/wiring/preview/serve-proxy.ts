import type {Emit} from '../../preview/serve/events.ts'
import {keepProxy, type KeepOptions} from '../../proxy/client.ts'

/** The proxy for as long as serve runs, started again as soon as it dies: until the next push nobody else would need it. */
export const keepServeProxy = async (
  {emit, ...place}: Pick<KeepOptions, 'paths' | 'env' | 'patienceMs'> & {emit: Emit},
  signal: AbortSignal,
): Promise<AsyncDisposable> => {
  const warn = (message: string) => emit({type: 'warning', message})
  return keepProxy({
    ...place,
    signal,
    onRestart: () => warn('the proxy had died; it is back with its routes'),
    onStop: () => warn('the proxy was stopped: previews are unreachable until the next push or `imm proxy restart`'),
    onReturn: () => warn('the proxy is back with its routes'),
    onFailure: ({code, message, next}) => emit({type: 'warning', code, message: `${message} (${next})`}),
  })
}
