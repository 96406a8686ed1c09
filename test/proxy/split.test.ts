import test from 'ava'

import type {Portion, Split, Target} from '../../src/lifecycle/ports.ts'
import {chooseLane, choosePool} from '../../src/proxy/choose.ts'
import type {Asking} from '../../src/proxy/choose.ts'
import {enterLane, leaveLane, newLane} from '../../src/proxy/lane.ts'
import {countsOf} from '../../src/proxy/route-state.ts'
import {lanesWithPart, liveLane, openRoute, previousTargets, routeTable} from '../../src/proxy/routes.ts'
import type {Route} from '../../src/proxy/routes.ts'
import {flipRoute, forgetTarget, laneOf, portionsOf, splitRoute, suspendRoute} from '../../src/proxy/split.ts'
import {shop} from './kit/proxy.ts'
import {targetAt} from './kit/upstream.ts'

const routeWith = (...splits: readonly Split[]): Route => {
  const route = openRoute(routeTable(), {...shop, hosts: [], port: undefined})
  for (const each of splits) splitRoute(route, each, 'attempt', newLane)
  return route
}
const portion = (weight: number, ...targets: readonly Target[]): Portion => ({targets, weight})
const canary = (weight: number): Split => ({
  portions: [portion(1 - weight, targetAt(1, 1)), portion(weight, targetAt(2, 2))],
})
const asking = (token?: number, name?: string): Asking => ({
  request: {headers: name === undefined ? {} : {'x-imm-release': name}},
  token,
  tokenIsNew: false,
})
const releaseFor = (route: Route, token?: number, name?: string): string | undefined =>
  choosePool(route, asking(token, name))?.release

test('what keeps its part keeps its lane, and what loses it is displaced, the live one first', (t) => {
  const route = routeWith(canary(0.1))
  const [live, candidate] = lanesWithPart(route)
  splitRoute(route, canary(0.5), 'next', newLane)
  t.deepEqual(lanesWithPart(route), [live, candidate] as never)
  t.deepEqual(route.displaced, [])
  const displaced = splitRoute(route, {portions: [portion(1, targetAt(3, 3))]}, 'last', newLane)
  t.deepEqual(displaced, [targetAt(1, 1), targetAt(2, 2)])
  t.deepEqual(route.previous, [live, candidate] as never)
})

test('a target that comes back after it lost its part has a lane of its own, so that the drains don’t mix', (t) => {
  const route = routeWith(canary(0.1), {portions: [portion(1, targetAt(2, 2))]})
  const drained = route.previous[0]
  splitRoute(route, canary(0.1), 'back', newLane)
  t.not(liveLane(route), drained)
  t.is(laneOf(route, targetAt(1, 1)), liveLane(route))
  t.deepEqual(previousTargets(route), [])
})

test('a container that is at another address now gets a new lane', (t) => {
  const route = routeWith(canary(0.1))
  const moved = {...targetAt(1, 1), address: {host: '10.0.0.9', port: 1}}
  const displaced = splitRoute(route, {portions: [portion(0.9, moved), portion(0.1, targetAt(2, 2))]}, 'x', newLane)
  t.deepEqual(displaced, [targetAt(1, 1)])
  t.deepEqual(liveLane(route)?.target, moved)
})

test('steps of one generation follow each other, and what a candidate had is given back', (t) => {
  const route = routeWith(canary(0.1), canary(0.5))
  t.is(route.generation, 1, 'that of what is live')
  const back = {portions: [portion(1, targetAt(1, 1))]} as const
  t.deepEqual(splitRoute(route, back, 'aborted', newLane), [targetAt(2, 2)])
  t.deepEqual(portionsOf(route), back.portions)
  splitRoute(route, {portions: [portion(1, targetAt(3, 3))]}, 'newer', newLane)
  t.is(route.generation, 3)
})

test('once something newer is live, neither a step of an older candidate nor its end changes anything', (t) => {
  const newer = {portions: [portion(1, targetAt(3, 3))]} as const
  const route = routeWith(canary(0.5), newer)
  for (const late of [canary(0.6), {portions: [portion(1, targetAt(1, 1))]} as const])
    t.throws(() => splitRoute(route, late, 'late', newLane), {code: 'GENERATION_STALE'})
  t.deepEqual(portionsOf(route), newer.portions)
})

test('told again by one that lost its answer, a step of the generation that is there already changes nothing', (t) => {
  const route = routeWith(canary(0.5))
  t.throws(() => splitRoute(route, canary(0.1), 'again', newLane, 'above'), {code: 'GENERATION_STALE'})
  t.deepEqual(portionsOf(route), canary(0.5).portions)
  splitRoute(routeWith(), canary(0.1), 'again', newLane, 'above')
})

test('a mirror takes no traffic: its generation stays free for the flip', (t) => {
  const live = portion(1, targetAt(1, 1))
  const route = routeWith({portions: [live], mirror: {targets: [targetAt(2, 2)], share: 1}})
  t.is(route.generation, 1)
  t.deepEqual(splitRoute(route, {portions: [live]}, 'rejected', newLane), [targetAt(2, 2)])
  t.notThrows(() => flipRoute(route, targetAt(2, 2), 'after all', newLane))
})

test('a flip may give all to a candidate that has a share, and to none that is live', (t) => {
  const route = routeWith(canary(0.1))
  t.deepEqual(flipRoute(route, targetAt(2, 2), 'promote', newLane), targetAt(1, 1))
  t.throws(() => flipRoute(route, targetAt(2, 2), 'again', newLane), {code: 'GENERATION_STALE'})
  t.throws(() => flipRoute(route, targetAt(5, 2), 'other', newLane), {code: 'GENERATION_STALE'})
})

test('a client that has come to the candidate stays there while its weight rises', (t) => {
  const route = routeWith(canary(0.05))
  const tokens = Array.from({length: 200}, (_, index) => index / 200)
  const inside = (weight: number): readonly number[] => {
    splitRoute(route, canary(weight), `${weight}`, newLane)
    return tokens.filter((token) => releaseFor(route, token) === 'r2-aaaaaaa')
  }
  const steps = [0.05, 0.2, 0.25, 0.7, 0.999].map(inside)
  for (const [index, clients] of steps.entries())
    t.true(clients.every((client) => steps[index + 1]?.includes(client) ?? true))
  t.deepEqual(
    steps.map(({length}) => length),
    [10, 40, 50, 140, 200],
  )
})

test('a token is drawn once for all attempts of a request, and none where there is nothing to choose', (t) => {
  const shared = asking()
  const route = routeWith(canary(0.5))
  const first = choosePool(route, shared)
  t.true(shared.tokenIsNew)
  const {token} = shared
  t.is(choosePool(route, shared), first)
  t.is(shared.token, token)

  const alone = asking()
  choosePool(routeWith({portions: [portion(1, targetAt(1, 1))]}), alone)
  t.deepEqual(alone, asking())
})

test('the header names a release that has a part or is the mirror; any other name is no name', (t) => {
  const live = portion(1, targetAt(1, 1))
  const shared = routeWith({portions: [live, portion(0, targetAt(2, 2))]})
  t.is(releaseFor(shared, 0), 'r1-aaaaaaa')
  t.is(releaseFor(shared, 0, 'candidate'), 'r2-aaaaaaa')
  t.is(releaseFor(shared, 0, 'r2-aaaaaaa'), 'r2-aaaaaaa')
  t.is(releaseFor(shared, 0, 'r3-aaaaaaa'), 'r1-aaaaaaa')
  const mirrored = routeWith({portions: [live], mirror: {targets: [targetAt(2, 2)], share: 0}})
  t.is(releaseFor(mirrored), 'r1-aaaaaaa')
  t.is(releaseFor(mirrored, undefined, 'candidate'), 'r2-aaaaaaa')
  t.is(releaseFor(mirrored, undefined, 'r2-aaaaaaa'), 'r2-aaaaaaa')
  t.is(releaseFor(routeWith({portions: [live]}), undefined, 'candidate'), 'r1-aaaaaaa')
})

test('of replicas the least busy one that accepts is asked, and idle ones take turns', (t) => {
  const replicas = [1, 2, 3].map((port) => targetAt(port, 1))
  const route = routeWith({portions: [portion(1, ...replicas)]})
  const pool = route.pools[0]!
  const ask = (): number => {
    const lane = chooseLane(pool)!
    enterLane(lane, {cut: () => undefined})
    return pool.lanes.indexOf(lane)
  }
  t.deepEqual(
    Array.from({length: 9}, ask).toSorted((a, b) => a - b),
    [0, 0, 0, 1, 1, 1, 2, 2, 2],
  )
  const [busy, , other] = pool.lanes
  for (const exchange of other!.inFlight) leaveLane(other!, exchange)
  t.deepEqual([ask(), ask(), ask()], [2, 2, 2])
  busy!.refused = true
  t.false(Array.from({length: 30}, ask).includes(0))
  for (const lane of pool.lanes) lane.refused = true
  t.is(chooseLane(pool), undefined)
})

test('a suspended generation loses its lanes and keeps its share, so that others don’t get its clients', (t) => {
  const route = routeWith(canary(0.25))
  t.false(suspendRoute(route, 7))
  t.true(suspendRoute(route, 2))
  t.is(choosePool(route, asking(0.1))?.release, 'r2-aaaaaaa')
  t.is(chooseLane(choosePool(route, asking(0.1))!), undefined)
  t.is(chooseLane(choosePool(route, asking(0.9))!), liveLane(route))
  t.deepEqual(previousTargets(route), [targetAt(2, 2)])
  t.true(suspendRoute(route, 1))
  t.is(choosePool(route, asking(0.9)), undefined)
})

test('a release is counted over all its lanes, newest first, until the last of them is forgotten', (t) => {
  const route = routeWith(canary(0.5))
  const [live, candidate] = lanesWithPart(route)
  for (const lane of [live!, candidate!, candidate!]) enterLane(lane, {cut: () => undefined})
  const replacement = {...targetAt(9, 3), release: 'r2-aaaaaaa'} as const
  splitRoute(route, {portions: [portion(1, replacement)]}, 'x', newLane)
  enterLane(liveLane(route)!, {cut: () => undefined})
  const brief = () => countsOf(route).map(({release, requests, inFlight}) => [release, requests, inFlight])
  t.deepEqual(brief(), [
    ['r2-aaaaaaa', 3, 3],
    ['r1-aaaaaaa', 1, 1],
  ])
  forgetTarget(route, targetAt(1, 1))
  forgetTarget(route, targetAt(2, 2))
  t.deepEqual(brief(), [['r2-aaaaaaa', 3, 1]])
})
