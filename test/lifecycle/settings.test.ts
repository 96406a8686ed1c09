import test from 'ava'

import {ImmError} from '../../src/errors.ts'
import type {Probe, Split} from '../../src/lifecycle/ports.ts'
import {probe as realProbe} from '../../src/proxy/probe.ts'
import {good, testEnvironment} from '../support/lifecycle.ts'

test('changed settings make a new release of the same source, from the image that is known', async (t) => {
  await using environment = testEnvironment(good('one', {printsEnv: 'COLOUR'}), {env: {COLOUR: 'red'}})
  await using dev = environment.start()
  await dev.next('live')
  environment.settings = {env: {COLOUR: 'blue'}}
  environment.source.touch({settings: true, files: ['imm.yaml']})
  const live = await dev.next('live')
  await dev.quiet()
  t.is(live.release.slice(0, 3), 'r2-')
  t.deepEqual(
    dev.all('log').map(({text}) => text),
    ['red', 'blue'],
  )
  t.is(dev.calls('engine', 'build').length, 1)
})

test('a release is probed and given the traffic by the protocol of its own settings', async (t) => {
  const asked: unknown[] = []
  await using environment = testEnvironment(good('one'), {protocol: 'h2c', health: {kind: 'http', path: '/'}})
  const probe: Probe = async (address, path, timeoutMs, signal, protocol) => {
    asked.push(protocol)
    return realProbe(address, path, timeoutMs, signal)
  }
  await using dev = environment.start({probe})
  await dev.next('live')
  t.true(asked.length > 0 && asked.every((protocol) => protocol === 'h2c'))
  const given = (): unknown[] =>
    dev.calls('traffic', 'split').map(({args}) => (args[0] as Split).portions[0].targets[0]?.protocol)
  t.deepEqual(given(), ['h2c'])
  environment.settings = {protocol: 'http1'}
  environment.source.touch({settings: true, files: ['imm.yaml']})
  await dev.next('live')
  t.deepEqual(given(), ['h2c', undefined])
})

test('settings that say nothing about a release make none', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  const {release} = await dev.next('live')
  environment.settings = {drainMs: 1, keep: {warm: 3}}
  environment.source.touch({settings: true, files: ['imm.yaml']})
  t.like(await dev.next('unchanged'), {release, settings: true})
  environment.source.touch({settings: true, files: ['imm.yaml']})
  t.is((await dev.next('unchanged')).settings, undefined, 'a comment in imm.yaml sets nothing')
  await dev.quiet()
  t.is(environment.engine.started, 1)
})

test('how traffic is treated is told to the proxy at the start and with the settings, without a new release', async (t) => {
  await using environment = testEnvironment(good('one'), {reload: true})
  await using dev = environment.start()
  await dev.next('live')
  const manner = async () => {
    const {reload, closes} = (await environment.traffic.state(new AbortController().signal))!
    return {reload, closes}
  }
  t.deepEqual(await manner(), {reload: true, closes: []})
  environment.settings = {reload: false, closes: ['websocket']}
  environment.source.touch({settings: true, files: ['imm.yaml']})
  await dev.next('unchanged')
  await dev.quiet()
  t.deepEqual(await manner(), {reload: false, closes: ['websocket']})
  t.is(environment.engine.started, 1)
})

test('settings are read again only when one of their files changed', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  await dev.next('live')
  environment.settings = {env: {COLOUR: 'blue'}}
  environment.source.touch()
  await dev.next('unchanged')
  await dev.quiet()
  t.is(environment.engine.started, 1)
})

test('broken settings are rejected, what is live serves on, and corrected ones go live', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  await dev.next('live')
  environment.settingsError = new ImmError('CONFIG_INVALID', 'imm.yaml:3:1 unknown key "prot"')
  environment.source.touch({settings: true, files: ['imm.yaml']})
  const rejected = await dev.next('rejected')
  t.like(rejected, {release: undefined, stage: 'snapshot', code: 'CONFIG_INVALID'})
  t.regex(rejected.message, /imm\.yaml:3:1/)
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['one running'])

  environment.save(good('two'))
  t.is((await dev.next('rejected')).code, 'CONFIG_INVALID', 'it is said as long as it is so')
  environment.settingsError = undefined
  environment.source.touch({settings: true, files: ['imm.yaml']})
  await dev.next('live')
  await dev.quiet()
  t.like(await environment.answer(), {content: 'two'})
  t.deepEqual(await environment.standing(), ['two running', 'one paused'])
})
