import test from 'ava'

import {statusText} from '../../src/terminal/status-text.ts'
import type {EnvironmentStatus} from '../../src/wiring/status.ts'

const saidOf = (rejected: EnvironmentStatus['rejected']): string | undefined => {
  const environment: EnvironmentStatus = {
    project: 'shop',
    environment: 'main',
    app: 'app',
    url: undefined,
    releases: [],
    pinned: undefined,
    disk: {heldBytes: 0, budgetBytes: undefined},
    underWay: undefined,
    takingOver: undefined,
    rejected,
    heldBy: undefined,
    sandboxes: 0,
    anchor: undefined,
    traffic: undefined,
  }
  return statusText([environment], {}).split('\n')[2]
}

test('a status tells why the last save does not serve, and of one that was reverted which', (t) => {
  const release = 'r40-b63b7ba'
  t.is(
    saidOf({release, stage: 'build', code: 'BUILD_FAILED', message: 'npm ci failed'}),
    'shop/main: the last save was rejected in build (BUILD_FAILED): npm ci failed',
  )
  const message = `${release} was reverted: it ran out of memory; r34-ebf70fe has the traffic again`
  t.is(saidOf({release, stage: 'guard', code: 'REVERTED', message}), `shop/main: ${message}`)
})
