import test from 'ava'

import {ImmError} from '../../src/errors.ts'
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

test('settings that say nothing about a release make none', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  const {release} = await dev.next('live')
  environment.settings = {drainMs: 1, keep: {warm: 3}}
  environment.source.touch({settings: true, files: ['imm.yaml']})
  t.is((await dev.next('unchanged')).release, release)
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
