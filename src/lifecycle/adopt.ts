import type {Settings} from '../config/settings.ts'
import {containerIdentity, environmentLabels} from '../release/labels.ts'
import {hasEnded} from './exits.ts'
import {memberOf, type Member} from './member.ts'
import type {Instance, RouteState, Target} from './ports.ts'
import {stopGraceMs} from './retire.ts'
import {membersOf, type Standing} from './standing.ts'
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
  const asMember = async (instance: Instance): Promise<Member | undefined> => {
    const image = await world.engine.image(instance.image, signal)
    const member = image && memberOf(instance, image, settings)
    return member && {...member, generation: generationOf(route, instance) ?? member.generation}
  }
  const running = found.filter((instance) => containerIdentity(instance.labels) && !hasEnded(instance))
  const liveInstance = running.find(({id, state}) => id === route.live?.instance && state === 'running')
  const live = liveInstance && (await asMember(liveInstance))
  const standing: Standing = {live, previous: [], postponed: []}
  for (const target of route.previous) {
    const instance = running.find(({id}) => id === target.instance)
    const member = instance && (await asMember(instance))
    if (!member || standing.previous.length >= settings.keep.warm) continue
    if (instance.state === 'running') await world.engine.pause(instance.id, signal)
    standing.previous.push({member, state: 'warm', recall: new AbortController(), settled: Promise.resolve()})
  }
  if (route.live && !live) await world.traffic.suspend(route.live.generation, signal)
  await removeOthers(found, standing, route, world, signal)
  return standing
}

const removeOthers = async (
  found: readonly Instance[],
  standing: Standing,
  route: RouteState,
  world: World,
  signal: AbortSignal,
): Promise<void> => {
  const adopted = new Set(membersOf(standing).flatMap(({instance: {id, sandbox}}) => (sandbox ? [id, sandbox] : [id])))
  for (const target of targetsOf(route)) if (!adopted.has(target.instance)) await world.traffic.forget(target, signal)
  const left = found.filter(({id}) => !adopted.has(id))
  // One that took traffic may still be finishing requests; it gets the time that stopping gives.
  await Promise.all(
    left.map(async ({id, state}) => world.engine.remove(id, state === 'running' ? stopGraceMs : 0, signal)),
  )
}

const generationOf = (route: RouteState, {id}: Instance): number | undefined =>
  targetsOf(route).find(({instance}) => instance === id)?.generation

const targetsOf = ({live, previous}: RouteState): Target[] => [...(live ? [live] : []), ...previous]
