import type {Target} from '../lifecycle/ports.ts'
import type {AppId} from '../release/identity.ts'
import type {Proxy} from './proxy.ts'
import type {Proof} from './restored.ts'

/** Looks after what is routed while no imm does; wiring makes it, because it needs an engine. */
export interface Keeper extends AsyncDisposable {
  /** There is a route: it is looked after as soon as nobody holds its environment. */
  mind(app: AppId): void
  /** Somebody takes the environment over, or away: resolves when nothing of the keeper's is under way there. */
  leave(app: AppId): Promise<void>
  /** Whether the address of a target is still that of its container. */
  prove?(target: Target): Promise<Proof>
  /** The routes of an earlier process are lost: opens those of what still runs, by what the engine and the history tell. */
  rebuild?(): Promise<void>
}

export type CreateKeeper = (proxy: Pick<Proxy, 'state'>) => Keeper

/** The proxy with a keeper: whoever opens or closes a route has its environment for itself. */
export const keptProxy = (proxy: Proxy, keeper: Keeper): Proxy => {
  for (const route of proxy.routes()) keeper.mind(route)
  return {
    ...proxy,
    async open(request) {
      await keeper.leave(request)
      const state = await proxy.open(request)
      keeper.mind(request)
      return state
    },
    async close(app) {
      await keeper.leave(app)
      await proxy.close(app)
    },
    async stopListening() {
      await keeper[Symbol.asyncDispose]()
      await proxy.stopListening()
    },
    async [Symbol.asyncDispose]() {
      await keeper[Symbol.asyncDispose]()
      await proxy[Symbol.asyncDispose]()
    },
  }
}
