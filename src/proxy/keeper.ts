import type {Target} from '../lifecycle/ports.ts'
import type {AppId, EnvironmentId} from '../release/identity.ts'
import type {Proxy} from './proxy.ts'
import type {Resting} from './rest/resting.ts'
import type {Proof} from './restored.ts'

/** Looks after what is routed while no imm does; wiring makes it, because it needs an engine. */
export interface Keeper extends AsyncDisposable {
  /** There is a route: it is looked after as soon as nobody holds its environment. */
  mind(app: AppId): void
  /** Somebody takes the environment over, or away: resolves when nothing of the keeper's is under way there. What is to be taken over is awake then. */
  leave(app: AppId, why?: 'over' | 'away'): Promise<void>
  /** Whether the address of a target is still that of its container. */
  prove?(target: Target): Promise<Proof>
  /** A request waits for an environment that was put to rest. */
  wake?(id: EnvironmentId): void
  /** Puts an environment to rest, or wakes it, as somebody asked; resolves when that is done. */
  rest?(id: EnvironmentId, to: RestWish): Promise<void>
  /** The routes of an earlier process are lost: opens those of what still runs, by what the engine and the history tell. */
  rebuild?(): Promise<void>
}

export type RestWish = 'awake' | 'paused' | 'asleep'

/** What a keeper sees of the proxy, and asks of it. */
export type KeptRoutes = Pick<Proxy, 'state' | 'drain' | keyof Resting>

export type CreateKeeper = (proxy: KeptRoutes) => Keeper

/** The proxy with a keeper: whoever opens or closes a route has its environment for itself. */
export const keptProxy = (proxy: Proxy, keeper: Keeper): Proxy => {
  for (const route of proxy.routes()) keeper.mind(route)
  return {
    ...proxy,
    async open(request) {
      await keeper.leave(request, 'over')
      const state = await proxy.open(request)
      keeper.mind(request)
      return state
    },
    async foundAsleep(app, targets) {
      const found = await proxy.foundAsleep(app, targets)
      // When it was opened nothing had ever been live there.
      if (found) keeper.mind(app)
      return found
    },
    async close(app) {
      await keeper.leave(app, 'away')
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
