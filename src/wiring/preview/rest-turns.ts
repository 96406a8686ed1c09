import type {KeptRoutes, RestWish} from '../../proxy/keeper.ts'
import type {AppId, EnvironmentId} from '../../release/identity.ts'
import type {KeeperThread} from '../keeper-thread.ts'

export type How = Exclude<RestWish, 'awake'>

export interface RestContext {
  proxy: KeptRoutes
  log: (text: string) => void
  inThread: <T>(work: (thread: KeeperThread) => Promise<T>) => Promise<T>
  /** The app is looked after, or left alone: resolves when nothing is under way there. */
  mind: (app: AppId) => void
  leave: (app: AppId) => Promise<void>
  /** It has come to this; `how` it rests outlives the process. */
  onChange: (id: EnvironmentId, to: RestWish) => Promise<void>
}

/** Puts environments to rest and wakes them, one thing at a time in each. */
export interface RestTurns {
  /** False where somebody is served, unless `hard`, or `still` says so when its turn comes. */
  rest(id: EnvironmentId, to: How, options: {hard: boolean; still?: () => boolean}): Promise<boolean>
  /** Resolves when it has its traffic again, or could not be woken; at once where it is awake. However often it is asked, it is woken once. */
  wake(id: EnvironmentId): Promise<void>
  /** Resolves when nothing is under way there. */
  settled(id: EnvironmentId): Promise<void>
  allSettled(): Promise<void>
}

export const keyOf = ({project, environment}: EnvironmentId): string => `${project}/${environment}`

/** What is under way when somebody puts it to rest gets this long. */
const drainMs = 5000

export const createRestTurns = ({proxy, log, inThread, mind, leave, onChange}: RestContext): RestTurns => {
  const underWay = new Map<string, Promise<unknown>>()
  const waking = new Map<string, Promise<void>>()

  /** In one thread from its beginning to its end: a new one would first have to learn how to speak to the engine. */
  const inTurn = async <T>(id: EnvironmentId, work: (thread: KeeperThread) => Promise<T>): Promise<T> => {
    const key = keyOf(id)
    const before = underWay.get(key) ?? Promise.resolve()
    const begin = async () => inThread(work)
    const mine = before.then(begin, begin)
    underWay.set(key, mine)
    try {
      return await mine
    } finally {
      if (underWay.get(key) === mine) underWay.delete(key)
    }
  }

  const asleepIn = (id: EnvironmentId): AppId[] =>
    proxy
      .activity()
      .filter((route) => route.asleep && keyOf(route) === keyOf(id))
      .map(({project, environment, app}) => ({project, environment, app}))

  const wakeNow = async (id: EnvironmentId, thread: KeeperThread): Promise<void> => {
    const apps = asleepIn(id)
    if (apps.length === 0) return
    const sinceMs = performance.now()
    const {failure} = await thread.rest({environment: id, to: 'awake', apps})
    const left = asleepIn(id)
    if (left.length === 0 && failure === undefined) {
      log(`woke ${keyOf(id)} in ${Math.round(performance.now() - sinceMs)} ms`)
      await onChange(id, 'awake')
    } else {
      const message = failure?.message ?? 'it was overtaken by a newer release'
      log(`could not wake ${keyOf(id)}: ${message}`)
      proxy.notWoken(id, message, failure?.output ?? [])
    }
    for (const app of apps) if (!left.some((one) => one.app === app.app)) mind(app)
  }

  /** Nobody waits for a wake but requests: it must end none but theirs. */
  const broken = (id: EnvironmentId, error: unknown): void => {
    const message = error instanceof Error ? error.message : String(error)
    log(`could not wake ${keyOf(id)}: ${error instanceof Error ? error.stack : message}`)
    proxy.notWoken(id, message, [])
  }

  const drained = async (apps: readonly AppId[]): Promise<void> => {
    const targets = apps.flatMap((app) => (proxy.state(app)?.previous ?? []).map((target) => ({app, target})))
    const {signal} = new AbortController()
    await Promise.all(targets.map(async ({app, target}) => proxy.drain(app, target, drainMs, signal)))
  }

  const turns: RestTurns = {
    rest: async (id, to, {hard, still = () => true}) =>
      inTurn(id, async (thread) => {
        if (!still()) return false
        const rested = await proxy.rest(id, hard)
        if (rested === undefined) return false
        const apps = asleepIn(id)
        if (apps.length === 0) return false
        // Before its containers end: what looks after them would start others.
        await Promise.all(apps.map(leave))
        if (hard) await drained(rested)
        const {failure} = await thread.rest({environment: id, to, apps})
        if (failure === undefined) {
          await onChange(id, to)
          return true
        }
        log(`could not put ${keyOf(id)} to rest: ${failure.message}`)
        await wakeNow(id, thread)
        return false
      }),
    async wake(id) {
      const key = keyOf(id)
      const mine =
        waking.get(key) ??
        inTurn(id, async (thread) => wakeNow(id, thread))
          .catch((error: unknown) => broken(id, error))
          .finally(() => waking.delete(key))
      waking.set(key, mine)
      await mine
    },
    async settled(id) {
      await underWay.get(keyOf(id))?.catch(() => undefined)
    },
    async allSettled() {
      await Promise.allSettled(underWay.values())
    },
  }
  return turns
}
