import type {Happening} from '../lifecycle/events.ts'
import {keepProxy, type ProxyClient} from '../proxy/client.ts'
import type {EnvironmentId} from '../release/identity.ts'
import type {StatePaths} from '../state/paths.ts'

/** The proxy of an environment while imm looks after it, started by whoever needs it first. */
export interface KeptProxy extends AsyncDisposable {
  /** `emit` hears what becomes of it from then on */
  open(emit: (happening: Happening) => void): Promise<ProxyClient>
}

/** Kept until it is disposed: a proxy that dies while requests are drained would lose them. */
export const keptProxy = (paths: StatePaths, {project, environment}: EnvironmentId, hurry: AbortSignal): KeptProxy => {
  let opening: Promise<ProxyClient & AsyncDisposable> | undefined
  return {
    async open(emit) {
      const warn = (message: string) => emit({type: 'warning', message})
      opening ??= keepProxy({
        paths,
        signal: hurry,
        onRestart: () => warn('the proxy had died; it is back with its routes'),
        onStop: () =>
          warn(
            `the proxy was stopped: ${project}/${environment} is unreachable until its next release or \`imm proxy restart\``,
          ),
        onReturn: () => warn('the proxy is back with its routes'),
        onFailure: ({message, next}) => warn(`${message} (${next})`),
      })
      return opening
    },
    async [Symbol.asyncDispose]() {
      await (await opening?.catch(() => undefined))?.[Symbol.asyncDispose]()
    },
  }
}
