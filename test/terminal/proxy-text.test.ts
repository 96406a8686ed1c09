import test from 'ava'

import type {Target} from '../../src/lifecycle/ports.ts'
import type {ReleaseStatus} from '../../src/proxy/status.ts'
import {httpsText, routesText, unreachableText} from '../../src/terminal/proxy-text.ts'
import {targetAt} from '../proxy/kit/upstream.ts'

const counts = (target: Target, requests: number, serverErrors: number, failures: number): ReleaseStatus => ({
  release: target.release,
  requests,
  serverErrors,
  failures,
  inFlight: 1,
  answers: [],
  bytesIn: 0,
  bytesOut: 0,
  latencySumMs: 0,
  connections: {busy: 0, idle: 0},
  latency: [],
})
const [live, candidate, mirror] = [targetAt(1, 1), targetAt(2, 2), targetAt(3, 3)]
const route = {
  project: 'shop',
  environment: 'main',
  app: 'web',
  hosts: ['shop.localhost'],
  port: undefined,
  url: 'http://shop.localhost:7070',
  doors: [],
  urls: ['http://shop.localhost:7070'],
  generation: 2,
  live,
  portions: [{targets: [live], weight: 1}],
  previous: [],
  requests: 100,
  failed: 1,
  inFlight: 2,
  held: 3,
  releases: [counts(live, 90, 2, 1)],
}
const lines = (...routes: Parameters<typeof routesText>[0]): string[][] =>
  routesText(routes, {columns: 200})
    .split('\n')
    .map((line) => line.trim().split(/ {2,}/))

test('a release that has all of a route’s traffic is one row', (t) => {
  t.deepEqual(lines(route), [
    ['ADDRESS', 'RELEASE', 'SHARE', 'REQUESTS', 'FAILED', 'IN FLIGHT', 'WAITING'],
    ['http://shop.localhost:7070', 'r1-aaaaaaa', '100 %', '100', '1', '2', '3'],
  ])
})

test('every other address of a route is named below it', (t) => {
  const urls = [route.url, 'http://shop.localhost:7070/api', 'http://localhost:3000']
  t.deepEqual(lines({...route, urls}).slice(2), [
    ['http://shop.localhost:7070/api', 'the same'],
    ['http://localhost:3000', 'the same'],
  ])
})

test('a route without an address goes by its name, and doors say where they lead, or why not', (t) => {
  const door = {host: '172.20.0.1', port: 3000, to: 3000, from: [], open: true} as const
  const doors = [
    {...door, kind: 'http' as const},
    {...door, host: 'fd00::1', kind: 'tcp' as const, open: false, problem: 'this host has no address fd00::1'},
  ]
  t.deepEqual(lines({...route, url: '', urls: [], doors}).slice(1), [
    ['shop/main/web', 'r1-aaaaaaa', '100 %', '100', '1', '2', '3'],
    ['http://172.20.0.1:3000', 'port 3000 of the same'],
    ['tcp://[fd00::1]:3000', 'closed: this host has no address fd00::1'],
  ])
})

test('releases that share it have a row each, with their share, replicas and what was counted', (t) => {
  const shared = {
    ...route,
    portions: [
      {targets: [live, {...live, instance: 'replica'}], weight: 0.875},
      {targets: [candidate], weight: 0.125},
    ],
    mirror: {targets: [mirror], share: 0.5},
    releases: [counts(live, 90, 2, 1), counts(candidate, 10, 0, 0)],
  }
  t.deepEqual(lines(shared).slice(1), [
    ['http://shop.localhost:7070', 'all', '100', '1', '2', '3'],
    ['r1-aaaaaaa x 2', '87.5 %', '90', '3', '1'],
    ['r2-aaaaaaa', '12.5 %', '10', '0', '1'],
    ['r3-aaaaaaa', 'copies of 50 %', '0', '0', '0'],
  ])
})

test('a route without a live release says so', (t) => {
  t.deepEqual(
    lines({...route, live: undefined, portions: []})
      .at(-1)
      ?.slice(0, 3),
    ['http://shop.localhost:7070', 'nothing live', '100'],
  )
})

test('the status says whether https is on, where and until when', (t) => {
  const untilMs = Date.parse('2036-11-24T00:59:51Z')
  t.regex(httpsText({port: 7070, trusted: false, untilMs: undefined}, 7070), /off.*imm proxy trust/)
  t.is(httpsText({port: 7070, trusted: true, untilMs}, 7070), 'https on the same port, until 2036-11-24.')
  t.is(httpsText({port: 443, trusted: true, untilMs}, 7070), 'https on port 443, until 2036-11-24.')
  t.regex(httpsText({port: 7070, trusted: false, untilMs}, 7070), /no store/)
})

test('what a stop made unreachable is named with what gives it back', (t) => {
  const shop = {project: 'shop', environment: 'main', app: 'web', url: 'http://shop.localhost:7070', held: true}
  t.is(
    unreachableText([shop, {...shop, environment: 'other', url: undefined, held: false}]),
    `shop/main (http://shop.localhost:7070) is unreachable until its imm dev makes a release.
shop/other is unreachable until an imm dev or a rollback starts the proxy.
\`imm proxy restart\` starts it again at once, with all routes.`,
  )
})

test('what has no address is called by its name', (t) => {
  const [, row] = lines({...route, app: 'queue', url: '', urls: []})
  t.is(row?.[0], 'shop/main/queue (no address)')
})
