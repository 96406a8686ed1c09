import type {IncomingHttpHeaders} from 'node:http'

import {nextToken, releaseHeader, setCookie, tokenOf} from './affinity.ts'
import type {Lane} from './lane.ts'
import type {Pool, Route} from './routes.ts'
import type {PageSet} from './together/group.ts'
import {poolsOfSet} from './together/page-set.ts'
import {cookieOfSet} from './together/set-cookie.ts'

/** What the choice depends on: the same for all attempts to have one request answered. */
export interface Asking {
  readonly request: {readonly headers: IncomingHttpHeaders}
  /** the client's; undefined until it is needed */
  token: number | undefined
  /** it has just been drawn: the client is to be told */
  tokenIsNew: boolean
  /** what a page belongs to that is asked for: the client is to be told */
  set?: PageSet | undefined
}

/** Whose request it is; undefined while nothing is live. */
export const choosePool = <L extends Lane>(route: Route<L>, asking: Asking): Pool<L> | undefined => {
  const {mirror, group} = route
  const pools = group === undefined ? route.pools : poolsOfSet(route, group, asking)
  // Nearly always: no header is looked at.
  if (pools.length < 2 && mirror === undefined) return pools[0]
  return (
    namedPool(route, asking.request.headers[releaseHeader]) ??
    (pools.length < 2 ? pools[0] : drawnPool(route, pools, asking))
  )
}

/** What the client is to be told: values of Set-Cookie. */
export const cookiesToTell = (route: Route, {token, tokenIsNew, set, request: {headers}}: Asking): string[] => {
  const cookies = tokenIsNew && token !== undefined ? [setCookie(token)] : []
  const ofSet = set && route.group && cookieOfSet(route.group, set.number, headers)
  return ofSet === undefined ? cookies : [...cookies, ofSet]
}

/** Who of a release is asked: the one with the fewest requests under way that accepts connections. Undefined where none does. */
export const chooseLane = <L extends Lane>(pool: Pool<L>): L | undefined => {
  const {lanes} = pool
  const only = lanes[0]
  if (lanes.length < 2) return only === undefined || only.refused ? undefined : only
  let best: L | undefined
  const from = pool.turn
  for (let step = 0; step < lanes.length; step++) {
    const index = (from + step) % lanes.length
    const lane = lanes[index] as L
    if (lane.refused || (best !== undefined && lane.inFlight.size >= best.inFlight.size)) continue
    best = lane
    pool.turn = index + 1
  }
  return best
}

const namedPool = <L extends Lane>({pools, mirror}: Route<L>, name: unknown): Pool<L> | undefined => {
  if (typeof name !== 'string') return undefined
  if (name === 'candidate') return pools[1] ?? mirror
  return pools.find(({release}) => release === name) ?? (mirror?.release === name ? mirror : undefined)
}

/** The lowest tokens are the candidate's, so that whoever has come to it stays while its weight rises. */
const drawnPool = <L extends Lane>(route: Route<L>, pools: readonly Pool<L>[], asking: Asking): Pool<L> | undefined => {
  const token = (asking.token ??= tokenOf(asking.request.headers.cookie) ?? drawToken(route, asking))
  let upTo = 0
  for (let index = 1; index < pools.length; index++) {
    const pool = pools[index] as Pool<L>
    upTo += pool.weight
    if (token < upTo) return pool
  }
  return pools[0]
}

const drawToken = (route: Route, asking: Asking): number => {
  asking.tokenIsNew = true
  route.token = nextToken(route.token)
  return route.token
}
