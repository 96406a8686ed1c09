import test from 'ava'

import type {Network} from '../../src/lifecycle/ports.ts'
import {namesFor, placeDoors, type Named} from '../../src/wiring/door-plan.ts'

const network = (name: string, gateway: string | undefined, internal = false): [string, Network] => [
  name,
  {name, labels: {}, internal, subnets: [], gateway},
]
const app = (name: string, ports: readonly number[], networks: readonly string[] = ['default']): Named => ({
  name,
  aliases: [name],
  networks,
  ports,
})
const nets = new Map([network('default', '172.20.0.1'), network('back', '172.21.0.1', true)])

test('apps with different ports share the address of their network', (t) => {
  const apps = [app('web', [3000]), app('api', [8000])]
  const {places, without} = placeDoors(apps, nets, new Map())
  t.deepEqual(without, [])
  t.deepEqual(namesFor(['default'], apps, places), [
    {name: 'web', address: '172.20.0.1'},
    {name: 'api', address: '172.20.0.1'},
  ])
})

test('a second app with a port that is taken there asks for a network of its own, and is reached by it', (t) => {
  const apps = [app('web', [3000]), app('api', [3000])]
  t.deepEqual(placeDoors(apps, nets, new Map()).without, ['api'])
  const own = new Map([['api', network('own', '172.30.0.1')[1]]])
  const {places, without} = placeDoors(apps, nets, own)
  t.deepEqual(without, [])
  t.deepEqual(namesFor(['default'], apps, places), [
    {name: 'web', address: '172.20.0.1'},
    {name: 'api', address: '172.30.0.1'},
  ])
})

test('on an internal network an app is reached by its address there, and elsewhere by another', (t) => {
  const apps = [app('api', [3000], ['back', 'default'])]
  const {places} = placeDoors(apps, nets, new Map())
  t.deepEqual(namesFor(['back'], apps, places), [{name: 'api', address: '172.21.0.1'}])
  t.deepEqual(namesFor(['default'], apps, places), [{name: 'api', address: '172.20.0.1'}])
})

test('what shares no network with an app does not know its name', (t) => {
  const apps = [app('api', [3000], ['back'])]
  const {places} = placeDoors(apps, nets, new Map())
  t.deepEqual(namesFor(['default'], apps, places), [])
})

test('an app whose ports are not known yet has its names all the same', (t) => {
  const apps = [app('web', [])]
  const {places} = placeDoors(apps, nets, new Map())
  t.deepEqual(namesFor(['default'], apps, places), [{name: 'web', address: '172.20.0.1'}])
})

test('a network without an address of this host has no room', (t) => {
  t.deepEqual(placeDoors([app('api', [3000])], new Map([network('default', undefined)]), new Map()).without, ['api'])
})
