import type {HookName} from '../../config/previews.ts'
import {isImmError} from '../../errors.ts'
import {lull} from '../../lifecycle/rest/lull.ts'
import {wakeApp} from '../../lifecycle/rest/wake-app.ts'
import {wakeServices} from '../../lifecycle/rest/wake-services.ts'
import type {RestWish} from '../../proxy/keeper.ts'
import {routeId} from '../../proxy/routes.ts'
import type {AppId, EnvironmentId} from '../../release/identity.ts'
import type {StatePaths} from '../../state/paths.ts'
import {systemClock} from '../clock.ts'
import {openEngine} from '../engine.ts'
import {keptSettings} from '../kept-settings.ts'
import {inKeptWorld} from '../kept-world.ts'
import {tellHook} from './rest-hook.ts'
import {removeExpired} from './rest-removal.ts'
import {weigh} from './weigh.ts'

export interface RestWork {
  environment: EnvironmentId
  /** `weigh`: as it is; `told`: by its hook */
  to: RestWish | 'weigh' | 'removed' | 'told'
  /** those that are to have their traffic again */
  apps: readonly AppId[]
  hook?: HookName
}

/** `failure`: why it came to nothing, for people. */
export interface RestEnd {
  failure?: {message: string; output: readonly string[]}
  /** of its containers, where it was weighed */
  usesBytes?: number
}

/** Services may take their time to get healthy, and applications to boot. */
const timeoutMs = 10 * 60_000

/** In the keeper's thread: what an environment's rest, or the end of it, asks of the engine. */
export const restWork = async (
  {environment, to, apps, hook}: RestWork,
  paths: StatePaths,
  log: (text: string) => void,
): Promise<RestEnd> => {
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    if (to === 'removed') await removeExpired(environment, paths, log, signal)
    if (to === 'told' && hook) await tellHook(environment, hook, paths, log, signal)
    if (to === 'removed' || to === 'told') return {}
    const {engine} = await openEngine(paths, signal)
    if (to === 'weigh') return {usesBytes: await weigh(environment, engine, signal)}
    if (to !== 'awake') {
      await lull(environment, to, engine, signal)
      return {}
    }
    await wakeServices(environment, {engine, clock: systemClock}, signal)
    const waking = apps.map(async (app) => {
      const say = (text: string): void => log(`waking ${routeId(app)}: ${text}`)
      return inKeptWorld(app, paths, say, async (world) => wakeApp(keptSettings(app), world, signal), signal)
    })
    await Promise.allSettled(waking)
    await Promise.all(waking)
    return {}
  } catch (error) {
    if (signal.aborted) return {failure: {message: 'it took longer than 10 minutes', output: []}}
    if (!isImmError(error)) throw error
    return {failure: {message: error.message, output: error.output}}
  }
}
