import {jointFlips} from '../lifecycle/joint/flips.ts'
import type {AppSpec} from '../lifecycle/services/spec.ts'
import type {Together} from '../lifecycle/together.ts'
import type {ProxyLink} from '../proxy/link.ts'
import {proxyTrafficGroup} from '../proxy/traffic-group.ts'
import type {EnvironmentId} from '../release/identity.ts'
import {systemClock} from './clock.ts'
import type {RunningApp} from './dev-app.ts'

/** What each app of an environment has to do with the others, where those that change together flip together. */
export const jointApps = (
  id: EnvironmentId,
  proxy: () => Promise<ProxyLink>,
  /** by name */
  running: ReadonlyMap<string, Pick<RunningApp, 'retry' | 'settling'>>,
  signal: AbortSignal,
): ((spec: Pick<AppSpec, 'name' | 'app'>) => Together) => {
  const join = jointFlips({
    group: {split: async (parts, within) => proxyTrafficGroup(await proxy()).split(parts, within)},
    clock: systemClock,
    signal,
  })
  return ({name, app}) =>
    join({
      id: {...id, app},
      retry: () => running.get(name)?.retry(),
      settling: () => running.get(name)?.settling() ?? false,
    })
}
