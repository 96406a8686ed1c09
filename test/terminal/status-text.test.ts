import test from 'ava'

import {statusText} from '../../src/terminal/status-text.ts'
import type {EnvironmentStatus, ReleaseStatus} from '../../src/wiring/status.ts'

const release = (name: string, state: ReleaseStatus['state']): ReleaseStatus => ({
  release: name as ReleaseStatus['release'],
  state,
  sinceMs: undefined,
})
const shop: EnvironmentStatus = {
  project: 'shop',
  environment: 'main',
  app: 'app',
  url: 'http://shop.localhost:7070',
  proxyRuns: true,
  preview: false,
  releases: [release('r2-bbbbbbb', 'running'), release('r1-aaaaaaa', 'warm')],
  pinned: undefined,
  disk: {heldBytes: 0, budgetBytes: undefined},
  underWay: undefined,
  takingOver: undefined,
  rejected: undefined,
  heldBy: {pid: 1, directory: '/shop'},
  sandboxes: 0,
  anchor: undefined,
  traffic: undefined,
}

test('without a proxy a status says so, what runs nevertheless, and what to do', (t) => {
  const text = statusText([{...shop, proxyRuns: false}], {})
  t.regex(text, /^shop\/main +no proxy +http/m)
  t.regex(text, /r2-bbbbbbb +running/)
  t.regex(text, /^The proxy does not run: .*`imm proxy restart`/m)
  t.notRegex(text, /nothing live|starting/)
})

test('of previews alone it is said that the proxy is started by none of them, also where they sleep', (t) => {
  const sleeping: EnvironmentStatus = {
    ...shop,
    preview: true,
    heldBy: undefined,
    proxyRuns: false,
    releases: [release('r1-aaaaaaa', 'stopped')],
  }
  t.regex(statusText([sleeping], {}), /^The proxy does not run: .*`imm proxy restart`, or the next `imm preview up`/m)
  t.notRegex(statusText([{...sleeping, preview: false}], {}), /The proxy does not run/)
  t.regex(statusText([sleeping, {...shop, proxyRuns: false}], {}), /or the next release of an `imm dev`/)
})

test('where the proxy runs, or nothing does, no word of it', (t) => {
  const images = {proxyRuns: false, heldBy: undefined, releases: [release('r1-aaaaaaa', 'image')]}
  for (const one of [shop, {...shop, ...images}]) {
    t.regex(statusText([one], {}), /nothing live/)
    t.notRegex(statusText([one], {}), /proxy/)
  }
})

const saidOf = (rejected: EnvironmentStatus['rejected']) =>
  statusText([{...shop, rejected}], {})
    .split('\n')
    .at(-1)

test('a status tells why the last save does not serve, and of one that was reverted which', (t) => {
  const name = 'r40-b63b7ba'
  t.is(
    saidOf({release: name, stage: 'build', code: 'BUILD_FAILED', message: 'npm ci failed'}),
    'shop/main: the last save was rejected in build (BUILD_FAILED): npm ci failed',
  )
  const message = `${name} was reverted: it ran out of memory; r34-ebf70fe has the traffic again`
  t.is(saidOf({release: name, stage: 'guard', code: 'REVERTED', message}), `shop/main: ${message}`)
})

const asked: EnvironmentStatus = {
  ...shop,
  releases: [
    {release: 'r2-bbbbbbb', state: 'live', sinceMs: undefined, traffic: {requests: 7, failed: 1}},
    {release: 'r1-aaaaaaa', state: 'warm', sinceMs: undefined, traffic: {requests: 40, failed: 0}},
    {release: 'r0-0000000', state: 'image', sinceMs: undefined},
  ],
  traffic: {requests: 47, failed: 1, inFlight: 0, held: 2},
}

test('beside a release are the requests that it got itself, and what waits for the live one', (t) => {
  const [, live, warm, image] = statusText([asked], {}).split('\n')
  t.regex(live ?? '', /r2-bbbbbbb +live +7, 1 failed, 2 waiting +http/)
  t.regex(warm ?? '', /r1-aaaaaaa +warm +40$/)
  t.regex(image ?? '', /r0-0000000 +image$/)
})

test('where nothing is live the requests are those of the address', (t) => {
  const [, first] = statusText([{...asked, releases: []}], {}).split('\n')
  t.regex(first ?? '', /nothing live +47, 1 failed, 2 waiting +http/)
})

test('an environment of several apps is named once, with its apps below each other', (t) => {
  const live = release('r2-bbbbbbb', 'live')
  const apps = ['api', 'web'].map((app) => ({...shop, app, releases: [live, release('r1-aaaaaaa', 'image')]}))
  const orphan = {...shop, project: 'blog', heldBy: undefined, releases: [live]}
  const lines = statusText([orphan, ...apps], {}).split('\n')
  const address = 'http://shop.localhost:7070'
  t.deepEqual(
    lines.map((line) => line.split(/ {2,}/)),
    [
      ['ENVIRONMENT', 'APP', 'RELEASE', 'STATE', 'CREATED', 'REQUESTS', 'ADDRESS'],
      ['blog/main', '(no imm dev)', 'r2-bbbbbbb', 'live', address],
      ['shop/main', 'api', 'r2-bbbbbbb', 'live', address],
      ['', 'r1-aaaaaaa', 'image'],
      ['', 'web', 'r2-bbbbbbb', 'live', address],
      ['', 'r1-aaaaaaa', 'image'],
    ],
  )
  t.regex(statusText([orphan], {}), /^blog\/main \(no imm dev\) +r2-bbbbbbb/m)
})
