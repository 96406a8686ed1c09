import type {RouteRequest} from '../../lifecycle/ports.ts'
import type {Lane} from '../lane.ts'
import {setWithoutDrainMs} from '../limits.ts'
import type {Pool, Route} from '../routes.ts'

/** The releases that had the traffic at the same time. */
export interface PageSet {
  /** no other set of any process has it */
  readonly number: number
  /** of each route, once another set has the traffic */
  pools: ReadonlyMap<Route, readonly Pool[]>
  /** when that was, by performance.now() */
  untilMs: number
  /** pages on their way */
  loading: number
  /** when a page of it last asked for something, by performance.now() */
  usedMs: number
}

/** Routes whose pages see releases of one set. */
export interface Group {
  readonly members: Set<Route>
  /** has the traffic */
  current: PageSet
  /** newest first */
  old: readonly PageSet[]
}

export type Groups = Map<string, Group>

// Another process has other numbers: cookies outlive it.
let lastNumber = Date.now()

export const newSet = (number = 0): PageSet => {
  lastNumber = Math.max(lastNumber + 1, number)
  return {
    number: number === 0 ? lastNumber : number,
    pools: new Map(),
    untilMs: Infinity,
    loading: 0,
    usedMs: -Infinity,
  }
}

const groupId = ({project, environment, together}: RouteRequest): string | undefined =>
  together === undefined ? undefined : `${project}/${environment}/${together}`

/** Puts the route into the group that it asks for, and out of the one that it was in. */
export const joinGroup = (groups: Groups, route: Route, request: RouteRequest | undefined): void => {
  const id = request && groupId(request)
  const group = id === undefined ? undefined : (groups.get(id) ?? {members: new Set(), current: newSet(), old: []})
  if (group !== route.group) leaveGroup(groups, route)
  if (id === undefined || group === undefined) return
  groups.set(id, group)
  group.members.add(route)
  route.group = group
}

const leaveGroup = (groups: Groups, route: Route): void => {
  const {group} = route
  if (group === undefined) return
  route.group = undefined
  group.members.delete(route)
  for (const [id, each] of groups) if (each === group && group.members.size === 0) groups.delete(id)
}

/** Has a change of who gets the traffic begin a set of its own in each group of the routes, where something loses its part. */
export const inNewSet = <T>(routes: readonly Route[], change: () => T): T => {
  const groups = new Set(routes.flatMap(({group}) => group ?? []))
  const before = [...groups].map((group) => ({
    group,
    pools: new Map([...group.members].map((route) => [route, route.pools])),
  }))
  const result = change()
  for (const {group, pools} of before) {
    if ([...pools].every(([route, each]) => keepsAll(route, each))) continue
    const nowMs = performance.now()
    Object.assign(group.current, {pools, untilMs: nowMs})
    group.old = [group.current, ...group.old].filter((set) => isLeft(set, nowMs))
    group.current = newSet()
  }
  return result
}

const keepsAll = (route: Route, before: readonly Pool[]): boolean => {
  const now = new Set<Lane>(route.pools.flatMap(({lanes}) => lanes))
  return before.every(({lanes}) => lanes.every((lane) => now.has(lane)))
}

const over = new WeakSet<Lane>()
const draining = new WeakSet<Lane>()

/** Its drain has begun: pages of its sets may ask it until `endPages`. */
export const beginPages = (lane: Lane): void => void draining.add(lane)

/** Pages ask what is live from now on. */
export const endPages = (group: Group, lane: Lane): void => {
  over.add(lane)
  const nowMs = performance.now()
  group.old = group.old.filter((set) => isLeft(set, nowMs))
}

/** Whether pages of the set may still ask what has lost the traffic. */
export const isInUse = ({untilMs}: PageSet, lane: Lane, nowMs = performance.now()): boolean =>
  !over.has(lane) && (draining.has(lane) || nowMs - untilMs < setWithoutDrainMs)

/** Something of it that has lost the traffic is in use. */
const isLeft = (set: PageSet, nowMs: number): boolean =>
  [...set.pools].some(([route, pools]) =>
    pools.some(({lanes}) => lanes.some((lane) => route.previous.includes(lane) && isInUse(set, lane, nowMs))),
  )
