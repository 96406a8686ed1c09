import test from 'ava'

import {statusText} from '../../src/terminal/status-text.ts'
import type {EnvironmentStatus} from '../../src/wiring/status.ts'

const environment: EnvironmentStatus = {
  project: 'shop',
  environment: 'main',
  app: 'app',
  url: 'http://shop.localhost:7070',
  releases: [
    {release: 'r2-bbbbbbb', state: 'live', sinceMs: undefined, traffic: {requests: 7, failed: 1}},
    {release: 'r1-aaaaaaa', state: 'warm', sinceMs: undefined, traffic: {requests: 40, failed: 0}},
    {release: 'r0-0000000', state: 'image', sinceMs: undefined},
  ],
  pinned: undefined,
  disk: {heldBytes: 0, budgetBytes: undefined},
  underWay: undefined,
  takingOver: undefined,
  rejected: undefined,
  heldBy: {pid: 1, directory: '/shop'},
  sandboxes: 0,
  anchor: undefined,
  traffic: {requests: 47, failed: 1, inFlight: 0, held: 2},
}

test('beside a release are the requests that it got itself, and what waits for the live one', (t) => {
  const [, live, warm, image] = statusText([environment], {}).split('\n')
  t.regex(live ?? '', /r2-bbbbbbb +live +7, 1 failed, 2 waiting +http/)
  t.regex(warm ?? '', /r1-aaaaaaa +warm +40$/)
  t.regex(image ?? '', /r0-0000000 +image$/)
})

test('where nothing is live the requests are those of the address', (t) => {
  const [, first] = statusText([{...environment, releases: []}], {}).split('\n')
  t.regex(first ?? '', /nothing live +47, 1 failed, 2 waiting +http/)
})
