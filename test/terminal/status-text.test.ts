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

test('where the proxy runs, or nothing does, no word of it', (t) => {
  const images = {proxyRuns: false, heldBy: undefined, releases: [release('r1-aaaaaaa', 'image')]}
  for (const one of [shop, {...shop, ...images}]) {
    t.regex(statusText([one], {}), /nothing live/)
    t.notRegex(statusText([one], {}), /proxy/)
  }
})
