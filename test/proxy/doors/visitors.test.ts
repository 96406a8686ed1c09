import test from 'ava'

import type {Doorway} from '../../../src/proxy/doors/doorway.ts'
import {isWelcome} from '../../../src/proxy/doors/visitors.ts'
import {openRoute, routeTable} from '../../../src/proxy/routes.ts'
import {shop} from '../kit/proxy.ts'
import {httpDoor} from './kit.ts'

// Addresses for documentation (RFC 5737, RFC 3849): no host has them.
const log = (): void => undefined

const doorWith = (...from: string[]): Doorway => {
  const door = httpDoor(3000, {host: '198.51.100.1', from})
  const [way] = openRoute(routeTable(), {...shop, hosts: [], port: undefined, doors: [door]}).doors
  return way!
}

const comesIn = (way: Doorway, remoteAddress: string, localAddress = '198.51.100.1'): boolean =>
  isWelcome(way, {remoteAddress, localAddress}, log)

test('without a range only this host comes in: from loopback, or from the address itself', (t) => {
  const way = doorWith()
  t.true(comesIn(way, '127.0.0.1'))
  t.true(comesIn(way, '::1'))
  t.true(comesIn(way, '198.51.100.1'))
  t.false(comesIn(way, '198.51.100.2'))
  t.false(comesIn(way, '::ffff:198.51.100.2'))
  t.is(way.turnedAway, 2)
})

test('ranges of both families let in who is within them', (t) => {
  const way = doorWith('203.0.113.0/25', '198.51.100.3', '2001:db8:1::/48')
  for (const address of ['203.0.113.127', '198.51.100.3', '2001:db8:1::9']) t.true(comesIn(way, address), address)
  for (const address of ['203.0.113.128', '198.51.100.4', '2001:db8:2::9']) t.false(comesIn(way, address), address)
})

test('a connection that is gone already is nobody’s', (t) => {
  t.false(isWelcome(doorWith('0.0.0.0/0'), {}, log))
})
