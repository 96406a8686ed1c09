import type {Settings} from '../config/settings.ts'
import {containerIdentity, environmentLabels} from '../release/labels.ts'
import {hasEnded} from './exits.ts'
import {memberOf, replicasOf} from './member.ts'
import type {Instance, RouteState, Target} from './ports.ts'
import {stopGraceMs} from './retire.ts'
import {containersOf, type Standing} from './standing.ts'
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
  const live = await asMember(route.live ? [route.live] : [], ['running'])
  const standing: Standing = {live, previous: [], postponed: []}
  for (const targets of releasesOf(route.previous)) {
    const member = await asMember(targets, ['running', 'paused'])
    if (!member || standing.previous.length >= settings.keep.warm) continue
    await Promise.all(replicasOf(member).map(async ({instance}) => pauseRunning(instance, world, signal)))
    standing.previous.push({member, state: 'warm', recall: new AbortController(), settled: Promise.resolve()})
  }
  if (route.live && !live) await world.traffic.suspend(route.live.generation, signal)
  await removeOthers(found, standing, route, world, signal)
  return standing
}

const pauseRunning = async ({id, state}: Instance, {engine}: World, signal: AbortSignal): Promise<void> => {
  if (state === 'running') await engine.pause(id, signal)
}

const removeOthers = async (
  found: readonly Instance[],
  standing: Standing,
  route: RouteState,
  world: World,
  signal: AbortSignal,
): Promise<void> => {
  const adopted = new Set(
    containersOf(standing).flatMap(({instance: {id, sandbox}}) => (sandbox ? [id, sandbox] : [id])),
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

const knownTargets = ({live, previous}: RouteState): Target[] => [...(live ? [live] : []), ...previous]
