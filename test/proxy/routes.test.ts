import test from 'ava'
import * as fc from 'fast-check'

import type {Target} from '../../src/lifecycle/ports.ts'
import {hostName, isLoopbackHost} from '../../src/proxy/hosts.ts'
import {newLane} from '../../src/proxy/lane.ts'
import {meantPath, strippedTarget} from '../../src/proxy/origin.ts'
import {closeRoute, liveLane, openRoute, placeOf, previousTargets, routeTable} from '../../src/proxy/routes.ts'
import type {Route, RouteTable} from '../../src/proxy/routes.ts'
import {flipRoute, forgetTarget, suspendRoute} from '../../src/proxy/split.ts'
import {targetAt} from './kit/upstream.ts'

const id = {project: 'shop', environment: 'main', app: 'web'}
const routeAt = (table: RouteTable, host: string, path = '/'): Route | undefined => placeOf(table, host, path)?.route
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
  t.is(routeAt(table, 'a.localhost'), undefined)
  t.is(routeAt(table, 'b.localhost:7070'), route)
  t.is(liveLane(route)?.target.generation, 1)
})

test('a host, a path of a host, and a port are one route’s: who else asks is told whose, and nothing changes', (t) => {
  const table = routeTable()
  const web = openRoute(table, {...id, hosts: ['a.localhost'], port: 3000})
  const other = {...id, project: 'api', hosts: ['api.localhost'], port: undefined}
  const refusal = {code: 'ROUTE_TAKEN', message: 'a.localhost belongs to shop/main/web'}
  t.throws(() => openRoute(table, {...other, hosts: ['A.localhost']}), refusal)
  t.throws(() => openRoute(table, {...other, port: 3000}), {code: 'PORT_IN_USE'})
  t.deepEqual([...table.byId.keys()], [web.id])
  const api = openRoute(table, {...other, routes: [{host: 'a.localhost', path: '/api', strip: false}]})
  t.throws(
    () => openRoute(table, {...id, hosts: [], routes: [{host: 'a.localhost', path: '/api', strip: true}], port: 1}),
    {
      code: 'ROUTE_TAKEN',
      message: 'a.localhost/api belongs to api/main/web',
    },
  )
  t.is(routeAt(table, 'a.localhost'), web)
  t.is(routeAt(table, 'a.localhost', '/api'), api)
})

test('closing a route leaves the other paths of its hosts alone', (t) => {
  const table = routeTable()
  const web = openRoute(table, {...id, hosts: ['a.localhost'], port: undefined})
  const routes = [{host: 'a.localhost', path: '/api', strip: false}]
  const api = openRoute(table, {...id, project: 'api', hosts: ['api.localhost'], routes, port: undefined})
  closeRoute(table, web)
  t.is(routeAt(table, 'a.localhost'), undefined)
  t.is(routeAt(table, 'a.localhost', '/api'), api)
  closeRoute(table, api)
  t.is(table.byHost.size, 0)
})

test('the longest path wins, by whole segments, whatever the order in which routes were opened', (t) => {
  const table = routeTable()
  const open = (project: string, ...paths: string[]): void => {
    const routes = paths.map((path) => ({host: 'a.localhost', path, strip: false}))
    openRoute(table, {...id, project, hosts: [], routes, port: undefined})
  }
  open('api', '/api')
  open('web', '/')
  open('second', '/api/v2', '/apis/x')
  const at = (target: string): string | undefined => routeAt(table, 'a.localhost:7070', target)?.request.project
  for (const target of [
    '/',
    '/apix',
    '/Api',
    '/ap',
    '/x/api',
    '/%61pi',
    '/api%2fv2',
    '/?/api',
    '*',
    '//api',
    '/..',
    '/.api',
  ])
    t.is(at(target), 'web', target)
  for (const target of ['/api', '/api/', '/api?x=/../', '/api#/../', '/api/v2x', '/api/v2%2f', '/api/..v2', '/api//v2'])
    t.is(at(target), 'api', target)
  for (const target of ['/api/v2', '/api/v2/', '/api/v2?', '/api/v2/x/y', '/apis/x/'])
    t.is(at(target), 'second', target)
})

test('a path belongs where its dots lead, as the application will see it', (t) => {
  const table = routeTable()
  const open = (project: string, path: string): void => {
    openRoute(table, {...id, project, hosts: [], routes: [{host: 'a.localhost', path, strip: false}], port: undefined})
  }
  open('api', '/api')
  open('web', '/')
  const at = (target: string): string | undefined => routeAt(table, 'a.localhost', target)?.request.project
  for (const target of [
    '/api/../admin',
    '/api/..',
    '/api/%2e%2E/admin',
    '/api/x/../.%2e/admin',
    '/api/./../',
    '/../apix',
  ])
    t.is(at(target), 'web', target)
  for (const target of [
    '/x/../api',
    '/./api/x',
    '/../api',
    '/%2e/api',
    '/api/x/..',
    '/api/...',
    '/api/..%2fadmin',
    '/api/..;/x',
  ])
    t.is(at(target), 'api', target)
})

test('dots of a path are resolved as the URL standard has it', (t) => {
  const segment = fc.constantFrom(
    '.',
    '..',
    '%2e',
    '.%2E',
    '%2e%2e',
    '...',
    '..;',
    '',
    'a',
    'api',
    '%2f',
    '..%2f',
    '%2e%2',
    ':',
  )
  fc.assert(
    fc.property(fc.array(segment, {minLength: 1}), fc.constantFrom('', '?a=/../b', '#/../b'), (segments, rest) => {
      const path = `/${segments.join('/')}`
      t.is(meantPath(path + rest), new URL(`http://shop.localhost${path}${rest}`).pathname)
    }),
  )
})

test('a prefix that is taken off leaves a path, and the query as it is', (t) => {
  for (const [target, rest] of [
    ['/api', '/'],
    ['/api/', '/'],
    ['/api?x=1', '/?x=1'],
    ['/api/x/%2F//y?a=/api/../b', '/x/%2F//y?a=/api/../b'],
    ['/y/../api/x/../z?q', '/z?q'],
    ['/api/x/..', '/'],
  ] as const)
    t.is(strippedTarget(target, '/api'), rest)
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
