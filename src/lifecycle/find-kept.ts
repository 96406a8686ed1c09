import type {Settings} from '../config/settings.ts'
import type {ReleaseName} from '../release/identity.ts'
import {containerIdentity} from '../release/labels.ts'
import type {Member, Replica} from './member.ts'
import type {RouteState, Target} from './ports.ts'
import {settingsFrom} from './restore.ts'
import type {Outgoing, Standing} from './standing.ts'
import type {World} from './world.ts'

/**
 * Who has the traffic of an environment, with all that a fresh container of it needs: from what was recorded and from the containers that there are; also a dead
 * one tells. Undefined where the engine has none of what is live.
 */
export const findKept = async (
  settings: Settings,
  world: World,
  signal: AbortSignal,
): Promise<{standing: Standing; url: string} | undefined> => {
  const route = await world.traffic.state(signal)
  const live = route && (await memberOfTargets(liveTargets(route), settings, world, signal))
  if (!live) return undefined
  const previous: Outgoing[] = []
  for (const targets of byRelease(route.previous).filter(([target]) => target.release !== live.release)) {
    const member = await memberOfTargets(targets, settings, world, signal)
    if (member) previous.push({member, state: 'warm', recall: new AbortController(), settled: Promise.resolve()})
  }
  return {standing: {live, previous, stopped: [], trusted: live.generation, postponed: []}, url: route.url}
}

/** What is live, or was until its container died and who looked after it with it, or until it was put to rest. */
export const liveTargets = ({portions, previous, generation}: RouteState): readonly Target[] => {
  const [live] = portions
  if (live && live.targets.length > 0) return live.targets
  return previous.filter((target) => target.generation === generation)
}

const byRelease = (targets: readonly Target[]): [Target, ...Target[]][] =>
  [...Map.groupBy<ReleaseName, Target>(targets, ({release}) => release).values()] as [Target, ...Target[]][]

const memberOfTargets = async (
  targets: readonly Target[],
  settings: Settings,
  world: World,
  signal: AbortSignal,
): Promise<Member | undefined> => {
  const {engine, records} = world
  const replicas: Replica[] = []
  for (const {instance: id, address} of targets) {
    const instance = await engine.instance(id, signal)
    if (instance) replicas.push({instance, address: instance.address ?? address})
  }
  const [first, ...others] = replicas
  const identity = first && containerIdentity(first.instance.labels)
  if (!identity) return undefined
  const image = await engine.image(first.instance.image, signal)
  const started = await engine.startedWith(first.instance.id, signal)
  if (!image || !started) return undefined
  const record = await records.read(identity.release, signal)
  return {
    release: identity.release,
    generation: targets[0]?.generation ?? identity.generation,
    snapshot: {digest: identity.snapshot},
    settingsDigest: identity.settings,
    image,
    settings: settingsFrom(identity.release, settings, record, started, world).settings,
    port: record?.port ?? started.port,
    ...first,
    others,
  }
}
