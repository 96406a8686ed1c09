import test from 'ava'

import type {RouteStatus} from '../../src/proxy/status.ts'
import type {ReleaseName} from '../../src/release/identity.ts'
import {latencyBoundsMs} from '../../src/release/latency.ts'
import {topText} from '../../src/terminal/top-text.ts'
import {rowsOf, type Look} from '../../src/wiring/top.ts'

const shop = {project: 'shop', environment: 'main', app: 'app'}
const address = {host: '127.0.0.1', port: 1}

const target = (release: ReleaseName, instance: string) => ({release, generation: 1, address, instance})

const counts = (release: ReleaseName, requests: number) => ({
  release,
  requests,
  serverErrors: 0,
  failures: 0,
  inFlight: 1,
  answers: [],
  bytesIn: requests * 100,
  bytesOut: requests * 900,
  latencySumMs: 0,
  connections: {busy: 0, idle: 0},
  latency: [requests, ...latencyBoundsMs.map(() => 0)],
})

const route = (requests: number): RouteStatus => {
  const live = target('r2-bbbbbbb', 'b')
  return {
    ...shop,
    hosts: ['shop.localhost'],
    port: undefined,
    url: 'http://shop.localhost:7070',
    urls: ['http://shop.localhost:7070'],
    generation: 2,
    live,
    previous: [target('r1-aaaaaaa', 'a')],
    portions: [
      {targets: [live, target('r2-bbbbbbb', 'b2')], weight: 0.75},
      {targets: [target('r3-ccccccc', 'c')], weight: 0.25},
    ],
    mirror: undefined,
    doors: [],
    requests,
    failed: 0,
    inFlight: 1,
    held: 0,
    releases: [counts('r2-bbbbbbb', requests)],
  }
}

const container = (release: ReleaseName, id: string, cpuMs: number) => ({
  ...shop,
  release,
  id,
  used: {memoryBytes: 50_000_000, cpuMs},
})

const look = (atMs: number, requests: number, cpuMs: number): Look => ({
  atMs,
  routes: [route(requests)],
  containers: [
    container('r1-aaaaaaa', 'a', 0),
    container('r3-ccccccc', 'c', cpuMs),
    container('r2-bbbbbbb', 'b', cpuMs),
    container('r2-bbbbbbb', 'b2', cpuMs),
  ],
})

test('each release has a row with its share and what all its replicas use, the live one first', (t) => {
  const rows = rowsOf(look(0, 10, 0), look(1000, 60, 100))
  t.deepEqual(
    rows.map(({release, state, share}) => [release, state, share]),
    [
      ['r2-bbbbbbb', 'live', 0.75],
      ['r3-ccccccc', 'sharing', 0.25],
      ['r1-aaaaaaa', 'warm', 0],
    ],
  )
  t.like(rows[0], {requests: 60, requestsPerS: 50, inFlight: 1, memoryBytes: 100_000_000, cpuPercent: 20})
  t.like(rows[2], {requests: 0, requestsPerS: 0, memoryBytes: 50_000_000, cpuPercent: 0})
})

test('a container that was not there before has no CPU to tell yet', (t) => {
  const before = {...look(0, 10, 0), containers: []}
  t.is(rowsOf(before, look(1000, 60, 100))[0]?.cpuPercent, undefined)
})

test('a candidate that nobody routes to is starting', (t) => {
  const now = {...look(1000, 60, 100), routes: []}
  t.deepEqual(
    rowsOf(now, now).map(({state}) => state),
    ['starting', 'starting', 'starting'],
  )
})

test('what waits is told with the live release, or with all where none is live', (t) => {
  const waiting = (live: boolean): Look => {
    const now = look(1000, 60, 100)
    const routes = now.routes.map((each) => ({...each, held: 3, ...(live ? {} : {live: undefined, portions: []})}))
    return {...now, routes}
  }
  const heldOf = (now: Look) => rowsOf(look(0, 10, 0), now).map(({held}) => held)
  t.deepEqual(heldOf(waiting(true)), [3, 0, 0])
  t.deepEqual(heldOf(waiting(false)), [3, 3, 3])
  t.regex(topText(rowsOf(look(0, 10, 0), waiting(true)), {}), /live .* 1, 3 waiting +100 MB/)
})

test('people read a table', (t) => {
  const [headings, live] = topText(rowsOf(look(0, 10, 0), look(1000, 60, 100)), {}).split('\n')
  t.regex(
    headings ?? '',
    /^ENVIRONMENT +RELEASE +STATE +SHARE +REQ\/S +ERRORS +P50 +P95 +BYTES\/S +UNDER WAY +MEMORY +CPU$/,
  )
  t.regex(live ?? '', /^shop\/main +r2-bbbbbbb +live +75 % +50 +0 % +1 ms +1 ms +50 kB +1 +100 MB +20 %$/)
  t.true(topText([], {}).startsWith('Nothing runs.'))
})
