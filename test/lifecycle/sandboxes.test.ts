import test from 'ava'

import type {SandboxSpec} from '../../src/lifecycle/ports.ts'
import {good, testEnvironment, type TestDev} from '../support/lifecycle.ts'

const joined = (dev: TestDev) =>
  dev.calls('engine', 'start').map(({args}) => (args[0] as {sandbox?: string | undefined}).sandbox)

test('a candidate joins the sandbox that waits, another waits after the flip, and none is left in the end', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  await dev.next('live')
  await dev.quiet()
  const [waiting, ...others] = await environment.sandboxes()
  t.deepEqual(others, [])
  environment.save(good('two'))
  await dev.next('live')
  await dev.quiet()
  t.deepEqual(joined(dev), [undefined, waiting?.id])
  t.is((await environment.sandboxes()).length, 2)
  const [two] = await environment.containers().then((all) => all.filter(({sandbox}) => sandbox !== undefined))
  t.deepEqual(two?.address, waiting?.address)
  t.like(await environment.answer(), {content: 'two'})
  await dev.quit()
  t.deepEqual(await environment.sandboxes(), [])
})

test('a sandbox goes with the release that is in it', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  await dev.next('live')
  for (const content of ['two', 'three', 'four']) {
    await dev.quiet()
    environment.save(good(content))
    await dev.next('live')
  }
  await dev.quiet()
  t.deepEqual(await environment.standing(), ['four running', 'three paused'])
  t.is((await environment.sandboxes()).length, 3)
})

test('a sandbox that somebody removed costs no release', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  await dev.next('live')
  await dev.quiet()
  const [waiting] = await environment.sandboxes()
  environment.engine.removeBehindTheBack(waiting?.id ?? '')
  environment.save(good('two'))
  await dev.next('live')
  t.deepEqual(dev.all('rejected'), [])
  t.like(await environment.answer(), {content: 'two'})
})

test('a candidate that is cancelled leaves no sandbox behind', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  await dev.next('live')
  await dev.quiet()
  environment.save(good('two', {bootMs: 60_000}))
  await dev.next('stage', ({stage, release}) => stage === 'verify' && release.startsWith('r2-'))
  environment.save(good('three'))
  await dev.next('live')
  await dev.quiet()
  t.is((await environment.sandboxes()).length, 1)
})

test('another port needs another sandbox', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  await dev.next('live')
  await dev.quiet()
  const [waiting] = await environment.sandboxes()
  environment.save(good('two', {listen: 4000}))
  await dev.next('live')
  await dev.quiet()
  t.deepEqual(joined(dev), [undefined, undefined])
  const left = await environment.sandboxes()
  t.is(left.length, 1)
  t.not(left[0]?.id, waiting?.id)
})

test('what an imm that was killed left waiting is removed, and what its live release is in stays', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using first = environment.start()
  await first.next('live')
  await first.quiet()
  environment.save(good('two'))
  await first.next('live')
  await first.quiet()
  await first.kill()
  t.is((await environment.sandboxes()).length, 2)

  await using second = environment.start()
  await second.next('live', ({cause}) => cause === 'adopted')
  await second.quiet()
  const live = (await environment.containers()).find(({state}) => state === 'running')
  t.deepEqual(
    (await environment.sandboxes()).map(({id}) => id),
    [live?.sandbox],
  )
  t.like(await environment.answer(), {content: 'two'})
})

test('without its sandbox the live release is replaced: it runs on, and nobody could reach it', async (t) => {
  await using environment = testEnvironment(good('one'))
  await using dev = environment.start()
  await dev.next('live')
  await dev.quiet()
  environment.save(good('two'))
  await dev.next('live')
  await dev.quiet()
  const live = (await environment.containers()).find(({state}) => state === 'running')
  environment.engine.crash(live?.sandbox ?? '', 137)
  await dev.next('live', ({cause}) => cause === 'replace')
  await dev.quiet()
  t.like(await environment.answer(), {content: 'two'})
  t.deepEqual(await environment.standing(), ['two running', 'one paused'])
})

const attachment = {
  networks: [{name: 'imm_shop_main.default', aliases: []}],
  extraHosts: [],
  dns: [],
  dnsSearch: [],
  dnsOptions: [],
}

test('a sandbox waits in the networks of the live settings, and one in others is not joined', async (t) => {
  const container = {attachment, binds: [], options: {}}
  await using environment = testEnvironment(good('one'), {container})
  for (const key of ['default', 'back'])
    await environment.engine.network({name: `imm_shop_main.${key}`, labels: {}}, AbortSignal.timeout(5000))
  await using dev = environment.start()
  await dev.next('live')
  await dev.quiet()
  environment.save(good('two'))
  await dev.next('live')
  await dev.quiet()
  t.deepEqual(
    dev.calls('engine', 'sandbox').map(({args}) => (args[0] as SandboxSpec).attachment),
    [attachment, attachment],
  )
  t.is(joined(dev).filter(Boolean).length, 1)
  const back = {...attachment, networks: [...attachment.networks, {name: 'imm_shop_main.back', aliases: []}]}
  environment.settings = {container: {...container, attachment: back}}
  environment.source.touch({settings: true})
  await dev.next('live')
  await dev.quiet()
  t.is(joined(dev).filter(Boolean).length, 1)
  t.deepEqual(
    dev
      .calls('engine', 'sandbox')
      .map(({args}) => (args[0] as SandboxSpec).attachment)
      .at(-1),
    back,
  )
  const waiting = (await environment.sandboxes()).filter(({id}) => !joined(dev).includes(id))
  t.is(waiting.length, 1, 'the one that fitted no more is gone')
})

test('who has names of their own in a network gets no sandbox', async (t) => {
  const named = {...attachment, networks: [{name: 'imm_shop_main.default', aliases: ['shop']}]}
  await using environment = testEnvironment(good('one'), {container: {attachment: named, binds: [], options: {}}})
  await environment.engine.network({name: 'imm_shop_main.default', labels: {}}, AbortSignal.timeout(5000))
  await using dev = environment.start()
  await dev.next('live')
  await dev.quiet()
  environment.save(good('two'))
  await dev.next('live')
  await dev.quiet()
  t.deepEqual(await environment.sandboxes(), [])
})
