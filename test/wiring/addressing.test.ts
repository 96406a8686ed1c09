import {once} from 'node:events'
import {createServer, type AddressInfo} from 'node:net'

import test from 'ava'

import type {RouteSettings} from '../../src/config/settings.ts'
import {ensureProxy} from '../../src/proxy/client.ts'
import {addressedTraffic} from '../../src/wiring/addressing.ts'
import {until} from '../proxy/kit/client.ts'
import {daemonPlace, statusOf} from '../proxy/kit/daemon.ts'
import {shop as several} from '../proxy/kit/proxy.ts'
import {testSettings} from '../support/lifecycle-settings.ts'

const at = (host: string | undefined, path = '/'): RouteSettings => ({host, path, strip: false})
const shop = {...several, app: 'app'}
const alone = {ownPort: undefined}
const preview = {...shop, environment: 'login'}

test.serial('routes of imm.yaml are opened, and again when they change', async (t) => {
  const place = await daemonPlace(t)
  const proxy = await ensureProxy(place)
  const {port} = await statusOf(proxy)
  const settings = testSettings({routes: [at(undefined, '/api'), at('other.localhost', '/shop')]})
  const main = addressedTraffic(proxy, shop, settings, alone, t.fail)
  await main.traffic.open(place.signal)
  const own = `http://shop.localhost:${port}`
  t.deepEqual(main.urls, [own, `${own}/api`, `http://other.localhost:${port}/shop`])

  const other = addressedTraffic(proxy, preview, settings, alone, t.fail)
  await other.traffic.open(place.signal)
  const below = `http://login.shop.localhost:${port}`
  t.deepEqual(other.urls, [below, `${below}/api`, `http://login.other.localhost:${port}/shop`])

  await main.readdress(testSettings({routes: [at('other.localhost')]}), place.signal)
  t.deepEqual(main.urls, [own, `http://other.localhost:${port}`])
  t.deepEqual((await main.traffic.state(place.signal))?.urls, main.urls)
})

test.serial('an address that another app has is refused, and the old ones stay', async (t) => {
  const place = await daemonPlace(t)
  const proxy = await ensureProxy(place)
  const main = addressedTraffic(proxy, shop, testSettings(), alone, t.fail)
  await main.traffic.open(place.signal)
  const api = addressedTraffic(
    proxy,
    {...shop, project: 'api'},
    testSettings({routes: [at('a.localhost')]}),
    alone,
    t.fail,
  )
  await api.traffic.open(place.signal)
  const {urls} = api
  const wanted = testSettings({routes: [at('a.localhost', '/x'), at('shop.localhost')]})
  await t.throwsAsync(api.readdress(wanted, place.signal), {
    code: 'ROUTE_TAKEN',
    message: 'shop.localhost belongs to shop/main/app',
  })
  t.is(api.urls, urls)
  t.deepEqual((await api.traffic.state(place.signal))?.urls, urls)
})

test.serial('a host that does not lead to this machine is told of once, with the line that helps', async (t) => {
  const place = await daemonPlace(t)
  const proxy = await ensureProxy(place)
  const warnings: string[] = []
  const settings = testSettings({routes: [at('shop.invalid', '/a'), at('shop.invalid', '/b'), at('x.localhost')]})
  const {traffic} = addressedTraffic(proxy, shop, settings, alone, (message) => warnings.push(message))
  await traffic.open(place.signal)
  await traffic.open(place.signal)
  await until(() => warnings.length > 0)
  t.is(warnings.length, 1)
  t.regex(warnings[0]!, /^shop\.invalid .*127\.0\.0\.1 shop\.invalid/)
})

test.serial('how the traffic is to be treated is passed on, and stays when the addresses change', async (t) => {
  const place = await daemonPlace(t)
  const proxy = await ensureProxy(place)
  const main = addressedTraffic(proxy, shop, testSettings(), alone, t.fail)
  await main.traffic.open(place.signal, {reload: true, closes: ['events']})
  await main.readdress(testSettings({routes: [at('other.localhost')]}), place.signal)
  t.like(await main.traffic.state(place.signal), {reload: true, closes: ['events']})
})

test.serial('the routes of apps that flip together are of one group', async (t) => {
  const place = await daemonPlace(t)
  const proxy = await ensureProxy(place)
  const grouped = addressedTraffic(proxy, shop, testSettings(), {...alone, together: true}, t.fail)
  await grouped.traffic.open(place.signal, {reload: false, closes: []})
  t.is((await grouped.traffic.state(place.signal))?.together, 'apps')
  const apart = addressedTraffic(proxy, preview, testSettings(), alone, t.fail)
  await apart.traffic.open(place.signal)
  t.is((await apart.traffic.state(place.signal))?.together, undefined)
})

test.serial(
  'a published port that somebody else has is told of once, with the one that is there instead',
  async (t) => {
    const place = await daemonPlace(t)
    const proxy = await ensureProxy(place)
    const other = createServer().listen(0, '127.0.0.1')
    t.teardown(() => other.close())
    await once(other, 'listening')
    const {port} = other.address() as AddressInfo
    const warnings: string[] = []
    const door = {host: '127.0.0.1', port, to: 3000, kind: 'http', from: [], flexible: true} as const
    const {traffic} = addressedTraffic(proxy, shop, testSettings(), {...alone, doors: [door]}, (message) =>
      warnings.push(message),
    )
    const {doors} = await traffic.open(place.signal)
    await traffic.open(place.signal)
    t.deepEqual(warnings, [`127.0.0.1:${port} is taken: port 3000 is published at 127.0.0.1:${doors[0]?.port}`])
  },
)

test.serial('a login that was asked for stays until the preview says that it asks for none', async (t) => {
  const place = await daemonPlace(t)
  const proxy = await ensureProxy(place)
  const open = async (login?: boolean) => {
    const {traffic} = addressedTraffic(proxy, preview, testSettings(), {...alone, login}, t.fail)
    return (await traffic.open(place.signal)).login
  }
  t.is(await open(), undefined)
  t.is(await open(true), true)
  t.is(await open(), true)
  t.is(await open(false), false)
})
