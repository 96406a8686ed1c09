import type {Settings} from '../config/settings.ts'
import {imageReference} from '../release/identity.ts'
import {containerIdentity, environmentLabels} from '../release/labels.ts'
import {stoppedBeyond} from '../release/retention.ts'
import {hasEnded} from './exits.ts'
import {provedTargets} from './gates/admit.ts'
import {memberOf, replicasOf, type Member} from './member.ts'
import type {Instance, RouteState, Target} from './ports.ts'
import {pauseAgain, stopGraceMs, unpauseReplica, warmOf, weigh} from './retire.ts'
import {splitOf} from './rollout/share.ts'
import {containersOf, type Outgoing, type Standing, type StoppedRelease} from './standing.ts'
import type {World} from './world.ts'

/**
 * Finds what an earlier imm left in the environment, by label. Only what the proxy gave traffic to was ever verified: that is adopted;
 * everything else was a candidate, or is dead, and is removed.
 */
export const adopt = async (
  route: RouteState,
  settings: Settings,
  world: World,
  signal: AbortSignal,
): Promise<Standing> => {
  const found = await world.engine.instances(environmentLabels(world.id), signal)
  const running = found.filter((instance) => containerIdentity(instance.labels) && !hasEnded(instance))
  const asMember = async (targets: readonly Target[], states: readonly Instance['state'][]) => {
    const instances = targets.flatMap(
      (target) => running.find(({id, state}) => id === target.instance && states.includes(state)) ?? [],
    )
    const image = instances[0] && (await world.engine.image(instances[0].image, signal))
    const member = image && memberOf(instances, image, settings)
    return member && {...member, generation: targets[0]?.generation ?? member.generation}
  }
  const live = await asMember(liveTargets(route), ['running', 'paused'])
  if (live) await serveAlone(live, route, world, signal)
  else await suspendAll(route, world, signal)
  const stopped = await stoppedAmong(found, route, settings, world, signal)
  const standing: Standing = {live, previous: [], stopped, postponed: []}
  for (const targets of releasesOf(route.previous)) {
    if (targets[0]?.release === live?.release) continue
    const member = await asMember(targets, ['running', 'paused'])
    if (!member || standing.previous.length >= warmOf(settings)) continue
    const outgoing: Outgoing = {member, state: 'warm', recall: new AbortController(), settled: Promise.resolve()}
    standing.previous.push(outgoing)
    if (replicasOf(member).some(({instance}) => instance.state === 'running'))
      world.background.add(pauseAgain(outgoing, standing, world, signal))
  }
  await removeOthers(found, standing, route, world, signal)
  return standing
}

/** All of the live release that the proxy knows: also replicas that made room for a candidate's, which is none any more. */
const liveTargets = ({live, portions, previous}: RouteState): Target[] => [
  ...(portions[0]?.targets ?? []),
  ...previous.filter(({release}) => release === live?.release),
]

/** A candidate that had a share when its imm died loses it to the live release, at its full strength. */
const serveAlone = async (live: Member, route: RouteState, world: World, signal: AbortSignal): Promise<void> => {
  const serving = new Set(route.portions[0]?.targets.map(({instance}) => instance))
  const isAlone = route.portions.length === 1 && !route.mirror
  if (
    isAlone &&
    replicasOf(live).length === serving.size &&
    replicasOf(live).every(({instance}) => serving.has(instance.id))
  )
    return
  await Promise.all(replicasOf(live).map(async (replica) => unpauseReplica(replica, world)))
  await world.traffic.split(splitOf(provedTargets(live), undefined), signal)
}

/** Requests wait; who got copies of them gets none any more, either. */
const suspendAll = async ({portions, mirror}: RouteState, {traffic}: World, signal: AbortSignal): Promise<void> => {
  for (const {targets} of [...portions, ...(mirror ? [mirror] : [])])
    if (targets[0]) await traffic.suspend(targets[0].generation, signal)
}

/**
 * Those that were put away. Who died by itself had the traffic to its end, and a candidate that ended has no image of its name any more.
 */
const stoppedAmong = async (
  found: readonly Instance[],
  route: RouteState,
  {keep}: Settings,
  world: World,
  signal: AbortSignal,
): Promise<StoppedRelease[]> => {
  const {id, engine, background} = world
  const died = new Set(knownTargets(route).map(({instance}) => instance))
  const ended = found.filter(({id: instance, state}) => state === 'exited' && !died.has(instance))
  const stopped: StoppedRelease[] = []
  for (const containers of Map.groupBy(ended, ({labels}) => labels['imm.generation']).values()) {
    const identity = containers[0] && containerIdentity(containers[0].labels)
    if (identity?.role !== 'app') continue
    const {release, generation, settings: settingsDigest} = identity
    const instances = containers.map((one) => one.id)
    if (await engine.image(imageReference(id, release), signal))
      stopped.push({release, generation, settingsDigest, instances, bytes: 0})
  }
  const beyond = new Set(stoppedBeyond(stopped, [], keep.stopped))
  const kept = stopped.filter(({release}) => !beyond.has(release)).toSorted((a, b) => b.generation - a.generation)
  for (const one of kept) background.add(weigh(one, world))
  return kept
}

const removeOthers = async (
  found: readonly Instance[],
  standing: Standing,
  route: RouteState,
  world: World,
  signal: AbortSignal,
): Promise<void> => {
  const kept = new Set([
    ...containersOf(standing).map(({instance}) => instance.id),
    ...standing.stopped.flatMap(({instances}) => instances),
  ])
  // A sandbox goes and stays with who joined it.
  const adopted = new Set(
    found.filter(({id}) => kept.has(id)).flatMap(({id, sandbox}) => (sandbox ? [id, sandbox] : [id])),
  )
  for (const target of knownTargets(route))
    if (!adopted.has(target.instance)) await world.traffic.forget(target, signal)
  const left = found.filter(({id}) => !adopted.has(id))
  // One that took traffic may still be finishing requests; it gets the time that stopping gives.
  await Promise.all(
    left.map(async ({id, state}) => world.engine.remove(id, state === 'running' ? stopGraceMs : 0, signal)),
  )
}

/** The replicas of one release belong together. */
const releasesOf = (targets: readonly Target[]): Target[][] => [
  ...Map.groupBy(targets, ({release}) => release).values(),
]

const knownTargets = ({portions, mirror, previous}: RouteState): Target[] => [
  ...portions.flatMap(({targets}) => targets),
  ...(mirror?.targets ?? []),
  ...previous,
]
