import type {IncomingHttpHeaders} from 'node:http'

import type {Asking} from '../choose.ts'
import type {Lane} from '../lane.ts'
import {lanesWithPart} from '../routes.ts'
import type {Pool, Route} from '../routes.ts'
import {isInUse} from './group.ts'
import type {Group, PageSet} from './group.ts'
import {numbersOf} from './set-cookie.ts'

const frames = new Set<unknown>(['iframe', 'frame', 'embed', 'object'])

/** Whether a page comes of it that asks for more; a frame is part of the page that has it. */
export const opensPage = (headers: IncomingHttpHeaders): boolean => {
  const mode = headers['sec-fetch-mode']
  if (mode !== undefined) return mode === 'navigate' && !frames.has(headers['sec-fetch-dest'])
  return headers.accept?.includes('text/html') ?? false
}

/** Who has the request: for what a page asks, the releases of its set as long as they take requests; for all else, what is live. */
export const poolsOfSet = <L extends Lane>(route: Route<L>, group: Group, asking: Asking): readonly Pool<L>[] => {
  const {headers} = asking.request
  leavePage(asking)
  if (opensPage(headers)) {
    asking.set = group.current
    group.current.loading++
    return route.pools
  }
  const numbers = numbersOf(headers.cookie)
  if (numbers.length === 0) return route.pools
  if (numbers.includes(group.current.number)) {
    group.current.usedMs = performance.now()
    return route.pools
  }
  const set = group.old.find(({number}) => numbers.includes(number))
  // A connection that is closed as soon as it is there would come back to the same again.
  if (set === undefined || closesIt(route, set, headers)) return route.pools
  const pools = (set.pools.get(route) ?? []) as readonly Pool<L>[]
  const left = pools.map((pool) => ({...pool, lanes: pool.lanes.filter((lane) => takesPages(route, set, lane))}))
  if (left.some(({lanes}) => lanes.length === 0) || left.length === 0) return route.pools
  set.usedMs = performance.now()
  return left
}

/** The page's own request is answered, or will not be: what it asks for follows. */
export const leavePage = (asking: Asking): void => {
  const {set} = asking
  if (set === undefined) return
  asking.set = undefined
  set.loading--
  set.usedMs = performance.now()
}

const takesPages = (route: Route, set: PageSet, lane: Lane): boolean =>
  !lane.refused && (lanesWithPart(route).includes(lane) || (route.previous.includes(lane) && isInUse(set, lane)))

const closesIt = (route: Route, set: PageSet, headers: IncomingHttpHeaders): boolean => {
  const lasts = headers.upgrade !== undefined || headers.accept?.includes('text/event-stream') === true
  return lasts && (set.pools.get(route) ?? []).some(({lanes}) => lanes.some(({closing}) => closing.length > 0))
}
