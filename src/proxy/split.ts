import {ImmError} from '../errors.ts'
import type {Portion, Split, Target} from '../lifecycle/ports.ts'
import type {ReleaseName} from '../release/identity.ts'
import type {Lane} from './lane.ts'
import {lanesOf, lanesWithPart} from './routes.ts'
import type {Pool, Route} from './routes.ts'
import {newTally} from './tally.ts'
import type {Tally} from './tally.ts'

/** Makes the lane of a target that has none. */
export type OpenLane<L extends Lane> = (target: Target, tally: Tally) => L

/** `above`: for a generation that the route doesn't have yet; `same`: for a further step of its generation, too. */
export type Fence = 'above' | 'same'

/**
 * Shares all requests from now on out. Synchronous, so that no request sees half of it. What keeps its part keeps its lane with all that is
 * under way; what loses it is returned, the live one first.
 */
export const splitRoute = <L extends Lane>(
  route: Route<L>,
  split: Split,
  attempt: string,
  open: OpenLane<L>,
  fence: Fence = 'same',
): readonly Target[] => {
  refuseStale(route, split, fence)
  const before = lanesWithPart(route)
  const laneFor = (target: Target): L =>
    before.find((lane) => isSame(lane.target, target)) ?? open(target, tallyFor(route, target.release))
  route.pools = split.portions.map((portion) => poolOf(portion, laneFor))
  route.mirror = split.mirror && poolOf({targets: split.mirror.targets, weight: split.mirror.share}, laneFor)
  // Of what is live: where a candidate's share is given back, that is no step back.
  route.generation = Math.max(...generationsOf([split.portions[0]]))
  route.attempt = attempt
  route.asleep = false
  route.waking = false
  const displaced = displace(route, before)
  route.displaced = displaced
  return displaced
}

/** GENERATION_STALE where the split is not for this route any more. */
export const refuseStale = (route: Route, split: Split, fence: Fence): void => {
  const generation = Math.max(...generationsOf(split.portions))
  const isStep = fence === 'same' || route.pools.length === 0
  const least = isStep ? route.generation : 1 + Math.max(...generationsOf(portionsOf(route)), route.generation)
  if (generation < least) throw stale(route, split, generation)
}

/** Gives all requests to one target. After a suspension the same generation is welcome: the dead one's replacement. */
export const flipRoute = <L extends Lane>(
  route: Route<L>,
  target: Target,
  attempt: string,
  open: OpenLane<L>,
): Target | undefined => {
  // A candidate has its generation from its first share on.
  const hasPart = lanesWithPart(route).some((lane) => isSame(lane.target, target))
  const before = route.pools[0]?.lanes[0]?.target
  const isLive = before !== undefined && isSame(before, target)
  splitRoute(route, allTo(target), attempt, open, hasPart && !isLive ? 'same' : 'above')
  return before
}

export const allTo = <T extends Target>(target: T): Split<T> => ({portions: [{targets: [target], weight: 1}]})

/** The split as it is; undefined while nothing is live. */
export const portionsOf = (route: Route): readonly Portion[] =>
  route.pools.map(({lanes, weight}) => ({targets: lanes.map(({target}) => target), weight}))

export const mirrorOf = ({mirror}: Route): Split['mirror'] =>
  mirror && {targets: mirror.lanes.map(({target}) => target), share: mirror.weight}

/** Takes the traffic away from a generation: what would go there waits for the next split. False where it has none (any more). */
export const suspendRoute = <L extends Lane>(route: Route<L>, generation: number): boolean => {
  const before = lanesWithPart(route)
  const without = (pool: Pool<L>): Pool<L> => ({
    ...pool,
    lanes: pool.lanes.filter(({target}) => target.generation !== generation),
  })
  const pools = route.pools.map(without)
  route.pools = pools.every(({lanes}) => lanes.length === 0) ? [] : pools
  const mirror = route.mirror && without(route.mirror)
  route.mirror = mirror?.lanes.length === 0 ? undefined : mirror
  return displace(route, before).length > 0
}

/** Takes the traffic away from all that has it, until a request wakes it. False where nothing has any. */
export const restRoute = <L extends Lane>(route: Route<L>): boolean => {
  const before = lanesWithPart(route)
  if (before.length === 0) return false
  route.pools = []
  route.mirror = undefined
  route.asleep = true
  route.waking = false
  displace(route, before)
  return true
}

/** Drops the lanes of a target that no longer has the traffic and returns them, to be torn down. */
export const forgetTarget = <L extends Lane>(route: Route<L>, target: Target): readonly L[] => {
  const hasPart = lanesWithPart(route).some((lane) => lane.target.instance === target.instance)
  const gone = (lane: L): boolean =>
    lane.target.instance === target.instance && (!hasPart || lane.target.generation === target.generation)
  const dropped = route.previous.filter(gone)
  route.previous = route.previous.filter((lane) => !gone(lane))
  const left = new Set(lanesOf(route).map(({target: {release}}) => release))
  for (const {target: each} of dropped) if (!left.has(each.release)) route.tallies.delete(each.release)
  return dropped
}

/** The lane that took or takes the traffic as this target. */
export const laneOf = <L extends Lane>(route: Route<L>, {generation, instance}: Target): L | undefined =>
  lanesOf(route).find(({target}) => target.generation === generation && target.instance === instance)

/** The release's tally: a new one where it has no lane yet. */
export const tallyFor = (route: Route, release: ReleaseName): Tally => {
  const tally = route.tallies.get(release) ?? newTally()
  route.tallies.set(release, tally)
  return tally
}

/** A container may come back at another address, when its engine was started again: that is another lane. */
const isSame = (one: Target, other: Target): boolean =>
  one.generation === other.generation &&
  one.instance === other.instance &&
  one.address.host === other.address.host &&
  one.address.port === other.address.port

const poolOf = <L extends Lane>({targets, weight}: Portion, laneFor: (target: Target) => L): Pool<L> => {
  const lanes = targets.map(laneFor)
  return {release: (lanes[0] as L).target.release, lanes, weight, turn: 0}
}

const displace = <L extends Lane>(route: Route<L>, before: readonly L[]): readonly Target[] => {
  const now = new Set(lanesWithPart(route))
  const lost = before.filter((lane) => !now.has(lane))
  route.previous.unshift(...lost)
  return lost.map(({target}) => target)
}

// A mirror takes no traffic, so that its generation is none that was live.
const generationsOf = (portions: readonly Portion[]): number[] =>
  portions.flatMap(({targets}) => targets.map(({generation}) => generation))

const stale = (route: Route, {portions}: Split, generation: number): ImmError => {
  const newest = portions.flatMap(({targets}) => targets).find((target) => target.generation === generation)
  return new ImmError(
    'GENERATION_STALE',
    `generation ${generation} (${newest?.release}) is not above ${route.generation}, which ${route.id} has already`,
  )
}
