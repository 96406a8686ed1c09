import test from 'ava'

import type {Doorway} from '../../../src/proxy/doors/doorway.ts'
import {isWelcome} from '../../../src/proxy/doors/visitors.ts'
import {openRoute, routeTable} from '../../../src/proxy/routes.ts'
import {shop} from '../kit/proxy.ts'
import {httpDoor} from './kit.ts'

const log = (): void => undefined

const doorWith = (...from: string[]): Doorway => {
  const door = httpDoor(3000, {host: '172.20.0.1', from})
  const [way] = openRoute(routeTable(), {...shop, hosts: [], port: undefined, doors: [door]}).doors
  return way!
}

const comesIn = (way: Doorway, remoteAddress: string, localAddress = '172.20.0.1'): boolean =>
  isWelcome(way, {remoteAddress, localAddress}, log)

test('without a range only this host comes in: from loopback, or from the address itself', (t) => {
  const way = doorWith()
  t.true(comesIn(way, '127.0.0.1'))
  t.true(comesIn(way, '::1'))
  t.true(comesIn(way, '172.20.0.1'))
  t.false(comesIn(way, '172.20.0.2'))
  t.false(comesIn(way, '::ffff:172.20.0.2'))
  t.is(way.turnedAway, 2)
})

test('ranges of both families let in who is within them', (t) => {
  const way = doorWith('172.20.0.0/16', '10.1.2.3', 'fd00:1::/32')
  for (const address of ['172.20.255.254', '10.1.2.3', 'fd00:1::9']) t.true(comesIn(way, address), address)
  for (const address of ['172.21.0.1', '10.1.2.4', 'fd00:2::9', '192.168.0.1']) t.false(comesIn(way, address), address)
})

test('a connection that is gone already is nobody’s', (t) => {
  t.false(isWelcome(doorWith('0.0.0.0/0'), {}, log))
})
