import test from 'ava'

import type {Instance} from '../../src/lifecycle/ports.ts'
import type {ProxyStatus} from '../../src/proxy/status.ts'
import {stateOf} from '../../src/wiring/status.ts'

const app = {project: 'shop', environment: 'main', app: 'app'}
const states = (proxy: ProxyStatus | undefined) =>
  (['created', 'running', 'paused', 'exited', 'dead'] as const).map((state) =>
    stateOf({id: 'c', state} as Instance, proxy, app),
  )

test('what a container is goes by the engine alone while the proxy does not run', (t) => {
  t.deepEqual(states(undefined), ['starting', 'running', 'warm', 'stopped', 'ended'])
})

test('a container that the proxy does not know is starting', (t) => {
  t.deepEqual(states({routes: []} as unknown as ProxyStatus), ['starting', 'starting', 'starting', 'stopped', 'ended'])
})
