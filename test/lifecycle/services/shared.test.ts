import test from 'ava'

import {openShared, removeNetworks} from '../../../src/lifecycle/services/shared.ts'
import {environment as id, noSignal, service, testServices} from '../../support/services.ts'

const application = {
  networks: [
    {key: 'default', external: false, spec: {name: 'ignored', labels: {tier: 'back', 'imm.project': 'other'}}},
    {key: 'outside', external: true, spec: {name: 'corp', labels: {}}},
  ],
  volumes: [
    {key: 'data', external: false, spec: {name: 'data', labels: {}}},
    {key: 'shared', external: true, spec: {name: 'archive', labels: {}}},
  ],
}

test('networks and volumes are made under names of the environment, with labels, and adopted afterwards', async (t) => {
  const {engine} = testServices({})
  await engine.network({name: 'corp', labels: {}}, noSignal)
  await engine.createVolume({name: 'archive', labels: {}}, noSignal)
  const first = await openShared({application, id, engine}, noSignal)
  t.deepEqual(
    [...first.volumes],
    [
      ['data', 'imm_shop_main.data'],
      ['shared', 'archive'],
    ],
  )
  t.deepEqual(
    [...first.networks].map(([key, {name, labels}]) => [key, name, labels]),
    [
      ['default', 'imm_shop_main.default', {tier: 'back', 'imm.project': 'shop', 'imm.environment': 'main'}],
      ['outside', 'corp', {}],
    ],
  )
  const second = await openShared({application, id, engine}, noSignal)
  t.deepEqual(second, first)
  t.deepEqual((await engine.volumes({'imm.project': 'shop'}, noSignal)).length, 1)

  t.deepEqual(await removeNetworks(id, engine, noSignal), {networks: ['imm_shop_main.default'], keptNetworks: []})
  t.truthy(await engine.networkNamed('corp', noSignal))
})

test('what is external and missing is told with how to make it, before anything is made', async (t) => {
  const {engine} = testServices({})
  await t.throwsAsync(openShared({application, id, engine}, noSignal), {
    code: 'EXTERNAL_MISSING',
    message: 'the network outside is external, and the engine has none of the name corp',
  })
  await engine.network({name: 'corp', labels: {}}, noSignal)
  const error = await t.throwsAsync<Error & {next: string}>(openShared({application, id, engine}, noSignal))
  t.is(error?.next, 'Make it with `docker volume create archive`, or take `external: true` out of the Compose file.')
  t.is(await engine.networkNamed('imm_shop_main.default', noSignal), undefined)
})

test('a network that something is attached to stays', async (t) => {
  const at = testServices({db: {}})
  await openShared({application: {networks: [application.networks[0]!], volumes: []}, id, engine: at.engine}, noSignal)
  const endpoints = [{name: 'imm_shop_main.default', aliases: []}]
  const attachment = {networks: endpoints, extraHosts: [], dns: [], dnsSearch: [], dnsOptions: []}
  const services = await at.open([service('db', {container: {attachment, binds: [], options: {}}})])
  await services.ready('db', 'started', noSignal)
  t.deepEqual(await removeNetworks(id, at.engine, noSignal), {networks: [], keptNetworks: ['imm_shop_main.default']})
  await services.close(noSignal)
})
