import test from 'ava'

import type {Target} from '../../src/lifecycle/ports.ts'
import {hostName, isLoopbackHost} from '../../src/proxy/hosts.ts'
import {newLane} from '../../src/proxy/lane.ts'
import {closeRoute, liveLane, openRoute, previousTargets, routeOfHost, routeTable} from '../../src/proxy/routes.ts'
import type {Route} from '../../src/proxy/routes.ts'
import {flipRoute, forgetTarget, suspendRoute} from '../../src/proxy/split.ts'
import {targetAt} from './kit/upstream.ts'

const id = {project: 'shop', environment: 'main', app: 'web'}
const flip = (route: Route, target: Target): Target | undefined => flipRoute(route, target, 'attempt', newLane)
const generations = (targets: readonly Target[]): number[] => targets.map(({generation}) => generation)

test('host names are read as they are meant', (t) => {
  t.is(hostName('Shop.LOCALHOST.:7070'), 'shop.localhost')
  t.is(hostName('[::1]:7070'), '::1')
  t.is(hostName('[::1'), '')
  t.is(hostName(''), '')
})

test('only names of this machine are loopback', (t) => {
  for (const host of ['localhost', 'a.b.localhost:1', '127.0.0.1', '127.9.9.9:80', '[::1]:80', 'LOCALHOST.'])
    t.true(isLoopbackHost(host), host)
  for (const host of ['', 'notlocalhost', 'localhost.evil', '127.0.0.1.evil', '10.0.0.1', '[::2]', '0.0.0.0'])
    t.false(isLoopbackHost(host), host)
})

test('opening again changes names and keeps what has the traffic', (t) => {
  const table = routeTable()
  const route = openRoute(table, {...id, hosts: ['a.localhost', 'b.localhost'], port: undefined})
  flip(route, targetAt(1, 1))
  t.is(openRoute(table, {...id, hosts: ['b.localhost'], port: undefined}), route)
  t.is(routeOfHost(table, 'a.localhost'), undefined)
  t.is(routeOfHost(table, 'b.localhost:7070'), route)
  t.is(liveLane(route)?.target.generation, 1)
})

test('closing a route leaves alone what another has taken over', (t) => {
  const table = routeTable()
  const old = openRoute(table, {...id, hosts: ['a.localhost'], port: undefined})
  const renamed = openRoute(table, {...id, app: 'api', hosts: ['a.localhost'], port: undefined})
  closeRoute(table, old)
  t.is(routeOfHost(table, 'a.localhost'), renamed)
})

test('a suspended generation may be given to its replacement, an older one may not', (t) => {
  const table = routeTable()
  const route = openRoute(table, {...id, hosts: [], port: undefined})
  flip(route, targetAt(1, 5))
  t.throws(() => flip(route, targetAt(2, 5)), {code: 'GENERATION_STALE'})
  t.false(suspendRoute(route, 4))
  t.true(suspendRoute(route, 5))
  t.throws(() => flip(route, targetAt(2, 4)), {code: 'GENERATION_STALE'})
  flip(route, targetAt(2, 5))
  t.deepEqual(generations(previousTargets(route)), [5])
})

test('the previous list has one entry per instance, newest first, and not the live one', (t) => {
  const table = routeTable()
  const route = openRoute(table, {...id, hosts: [], port: undefined})
  for (const [port, generation] of [
    [1, 1],
    [2, 2],
    [1, 3],
    [3, 4],
    [1, 5],
  ] as const)
    flip(route, targetAt(port, generation))
  t.deepEqual(generations(previousTargets(route)), [4, 2])
})

test('forgetting takes every lane of an instance, but of a live one only the generation named', (t) => {
  const table = routeTable()
  const route = openRoute(table, {...id, hosts: [], port: undefined})
  for (const [port, generation] of [
    [1, 1],
    [2, 2],
    [1, 3],
    [2, 4],
  ] as const)
    flip(route, targetAt(port, generation))
  t.deepEqual(generations(forgetTarget(route, targetAt(1, 3)).map(({target}) => target)), [3, 1])
  t.deepEqual(forgetTarget(route, targetAt(2, 4)), [])
  t.is(liveLane(route)?.target.generation, 4)
  t.deepEqual(generations(forgetTarget(route, targetAt(2, 2)).map(({target}) => target)), [2])
})
