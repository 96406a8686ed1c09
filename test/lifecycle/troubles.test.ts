import test from 'ava'

import type {Probe, Target} from '../../src/lifecycle/ports.ts'
import {probe as realProbe} from '../../src/proxy/probe.ts'
import {good, testEnvironment} from '../support/lifecycle.ts'

test('a live container that refuses requests while it runs is looked into at once and replaced, by one release', async (t) => {
  await using environment = testEnvironment(good('one'))
  let deaf: Target['address'] | undefined
  const probe: Probe = async (address, path, timeoutMs, signal) => {
    if (address.host === deaf?.host && address.port === deaf.port) return {outcome: 'refused', detail: 'gone deaf'}
    return realProbe(address, path, timeoutMs, signal)
  }
  await using dev = environment.start({probe})
  const {release} = await dev.next('live')
  const live = environment.traffic.route!.live!
  deaf = live.address
  for (let count = 0; count < 5; count++) environment.traffic.meet(live, 'reset')
  t.like(await dev.next('died'), {release, cause: 'unhealthy'})
  deaf = undefined
  t.like(await dev.next('live'), {release, cause: 'replace'})
  await dev.quiet()
  t.is(dev.all('died').length, 1)
  t.not(environment.traffic.route?.live?.instance, live.instance)
})

test('one that answers again when it is looked into is left as it is, and what is said of others is not looked into', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  await dev.next('live')
  const live = environment.traffic.route!.live!
  const before = dev.calls('probe').length
  environment.traffic.meet({...live, instance: 'somebody else'}, 'refused')
  environment.traffic.meet(live, 'refused')
  await dev.quiet()
  t.is(environment.traffic.route?.live?.instance, live.instance)
  t.is(dev.calls('probe').length, before + 1)
  t.deepEqual([...dev.all('died'), ...dev.all('warning')], [])
})
