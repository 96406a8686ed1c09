import test from 'ava'

import type {ExchangeContext} from '../../../src/proxy/exchange-context.ts'
import {plainRoutes} from '../../../src/proxy/fast/plain-routes.ts'
import {startRecording} from '../../../src/proxy/recording/recorder.ts'
import {openRoute, routeTable} from '../../../src/proxy/routes.ts'
import type {Upstream} from '../../../src/proxy/upstream.ts'

const routed = (asksAll: boolean) => {
  const table = routeTable<Upstream>()
  const open = openRoute(table, {
    project: 'shop',
    environment: 'main',
    app: 'app',
    hosts: ['shop.localhost'],
    port: 3000,
  })
  const login = {project: 'shop', environment: 'x', app: 'app', hosts: ['x.shop.localhost'], port: 3001, login: true}
  const closed = openRoute(table, login)
  const context = {access: {isOn: false}, relay: undefined, clients: {trustForwarded: false}} as ExchangeContext
  return {table, open, closed, plain: plainRoutes(table, context, {asksAll}, true)}
}

test('a route that asks for no login goes the short way, one that does never, by none of its addresses', (t) => {
  const {open, closed, plain} = routed(false)
  t.is(plain.onMain('shop.localhost', '/'), open)
  t.is(plain.onPort(3000)('x', '/'), open)
  t.is(plain.onMain('x.shop.localhost', '/'), undefined)
  t.is(plain.onPort(3001)('shop.localhost', '/'), undefined)
  t.is(plain.onDoor(() => closed)('x', '/'), undefined)
})

test('where all may have to log in nothing goes the short way', (t) => {
  const {open, plain} = routed(true)
  t.is(plain.onMain('shop.localhost', '/'), undefined)
  t.is(plain.onPort(3000)('x', '/'), undefined)
  t.is(plain.onDoor(() => open)('x', '/'), undefined)
})

test('a route goes the short way but for as long as it is recorded, others always', (t) => {
  const {table, open, plain} = routed(false)
  const other = openRoute(table, {project: 'blog', environment: 'main', app: 'app', hosts: ['blog'], port: undefined})
  const wish = {route: 'shop/main', methods: ['GET'], every: 1}
  {
    using _ = startRecording(table, {wish, seen: 0, underWay: 0, take: () => t.fail(), drop: () => t.fail()})
    t.is(plain.onMain('shop.localhost', '/'), undefined)
    t.is(plain.onMain('blog', '/'), other)
  }
  t.is(plain.onMain('shop.localhost', '/'), open)
})
