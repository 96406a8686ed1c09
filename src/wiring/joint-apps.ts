import {jointFlips} from '../lifecycle/joint/flips.ts'
import type {AppSpec} from '../lifecycle/services/spec.ts'
import type {Together} from '../lifecycle/together.ts'
import type {ProxyLink} from '../proxy/link.ts'
import {proxyTrafficGroup} from '../proxy/traffic-group.ts'
import type {EnvironmentId} from '../release/identity.ts'
import {systemClock} from './clock.ts'
import type {RunningApp} from './dev-app.ts'

/** By name, what each app of an environment has to do with the others, where those that change together flip together. */
export const jointApps = (
  id: EnvironmentId,
  apps: readonly Pick<AppSpec, 'name' | 'app'>[],
  proxy: () => Promise<ProxyLink>,
  /** by name */
  running: ReadonlyMap<string, Pick<RunningApp, 'retry' | 'settling'>>,
  signal: AbortSignal,
): ReadonlyMap<string, Together> => {
  const join = jointFlips({
    group: {split: async (parts, within) => proxyTrafficGroup(await proxy()).split(parts, within)},
    clock: systemClock,
    signal,
  })
  // All at once: the first that looks must know of those that have not yet.
  return new Map(
    apps.map(({name, app}) => [
      name,
      join({
        id: {...id, app},
        retry: () => running.get(name)?.retry(),
        settling: () => running.get(name)?.settling() ?? false,
      }),
    ]),
  )
}
