import test from 'ava'

import type {DoorState} from '../../src/lifecycle/ports.ts'
import {portsText} from '../../src/terminal/ports-text.ts'
import {appPorts} from '../../src/wiring/ports.ts'

const door = (more: Partial<DoorState>): DoorState => ({
  host: '172.20.0.1',
  port: 4000,
  to: 4000,
  kind: 'http',
  from: ['172.20.0.0/16'],
  open: true,
  ...more,
})
const route = {
  app: 'my-api',
  urls: ['http://shop.localhost:7070', 'http://localhost:8081'],
  live: {
    release: 'r1-aaaaaaa',
    generation: 1,
    address: {host: '172.20.0.5', port: 4000},
    instance: 'c1',
  },
  doors: [
    door({}),
    door({host: '172.21.0.1'}),
    door({port: 5000, to: 5000, kind: 'tcp', open: false, problem: 'it is taken'}),
    door({host: '127.0.0.1', port: 8081, to: 3000, from: [], flexible: true}),
    door({host: '::', port: 9090, to: 9090, kind: 'tcp', from: [], flexible: true}),
  ],
} as const
const named = [{name: 'my_api', aliases: ['my_api'], networks: [], ports: [4000]}]

test('an app is reached at its addresses and at the ports that it publishes, each with its port in the container', (t) => {
  const rows = portsText(appPorts(route, false, named), {}).split('\n')
  t.deepEqual(
    rows.map((row) => row.split(/ {2,}/)),
    [
      ['NAME', 'KIND', 'ADDRESS', 'IN ITS CONTAINER'],
      ['my_api', 'app', 'http://shop.localhost:7070', '4000/tcp'],
      ['my_api', 'app', 'http://127.0.0.1:8081', '3000/tcp'],
      ['my_api', 'app', '[::]:9090', '9090/tcp'],
    ],
  )
})

test('inside its environment it is reached by its name, once for all networks, and a closed door says why', (t) => {
  const inside = appPorts(route, true, named).filter(({kind}) => kind === 'door')
  t.deepEqual(
    portsText(inside, {})
      .split('\n')
      .slice(1)
      .map((row) => row.split(/ {2,}/)),
    [
      ['my_api', 'door', 'http://my_api:4000 inside', '4000/tcp'],
      ['my_api', 'door', 'my_api:5000 inside (closed: it is taken)', '5000/tcp'],
    ],
  )
})

test('while nothing is live nobody says which port leads where', (t) => {
  const [first] = appPorts({...route, live: undefined}, false, [])
  t.like(first, {name: 'my-api', address: 'http://shop.localhost:7070', containerPort: undefined})
})
