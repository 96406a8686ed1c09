import test from 'ava'

import {jointFlips} from '../../../src/lifecycle/joint/flips.ts'
import type {TrafficGroup} from '../../../src/lifecycle/ports.ts'
import type {Together} from '../../../src/lifecycle/together.ts'
import type {SettingChanges} from '../../support/lifecycle-settings.ts'
import {good, testEnvironment, type TestDev} from '../../support/lifecycle.ts'

/** A front end and its API, each with its own lifecycle, whose flips are made in one step. */
const pair = async (settings: {web?: SettingChanges; api?: SettingChanges} = {}) => {
  const stop = new AbortController()
  const environments = {
    web: testEnvironment(good('one'), settings.web),
    api: testEnvironment(good('one'), settings.api),
  }
  const steps: string[][] = []
  const group: TrafficGroup = {
    async split(parts, signal) {
      steps.push(parts.map(({id}) => id.app))
      const made = parts.map(async ({id, split}) => environments[id.app as 'web' | 'api'].traffic.split(split, signal))
      return {previous: (await Promise.all(made)).map(({previous}) => previous), flipMs: 0}
    },
  }
  const clock = {
    now: Date.now,
    sleep: async (ms: number) => void (await new Promise((resolve) => setTimeout(resolve, ms))),
  }
  const join = jointFlips({group, clock, signal: stop.signal})
  const started: {web?: TestDev; api?: TestDev} = {}
  const start = (app: 'web' | 'api'): TestDev => {
    const together: Together = join({
      id: {project: 'shop', environment: 'main', app},
      retry: () => void started[app]?.loop().then((loop) => loop.trigger({})),
      settling: () => false,
    })
    const dev = environments[app].start({together})
    started[app] = dev
    return dev
  }
  const [web, api] = [start('web'), start('api')]
  await Promise.all([web.next('live'), api.next('live')])
  await Promise.all([web.quiet(), api.quiet()])
  return {
    ...environments,
    steps,
    devs: {web, api},
    /** what each answers now */
    answers: async () => [await environments.web.answer(), await environments.api.answer()].map((one) => one?.content),
    async [Symbol.asyncDispose]() {
      await web[Symbol.asyncDispose]()
      await api[Symbol.asyncDispose]()
      stop.abort()
      await environments.web[Symbol.asyncDispose]()
      await environments.api[Symbol.asyncDispose]()
    },
  }
}

test('two apps that change together go live together, and one alone by itself', async (t) => {
  await using two = await pair()
  const {devs, steps} = two
  two.web.save(good('two'))
  two.api.save(good('two'))
  await Promise.all([devs.web.next('live'), devs.api.next('live')])
  t.deepEqual(
    steps.map((step) => step.toSorted()),
    [['api', 'web']],
  )
  t.deepEqual(await two.answers(), ['two', 'two'])
  two.web.save(good('three'))
  await devs.web.next('live')
  t.deepEqual(steps.slice(1), [['web']])
})

test('a broken one keeps the other out until it is corrected, and both go live together then', async (t) => {
  await using two = await pair()
  const {devs, steps} = two
  two.web.save(good('two'))
  two.api.save(good('two', {exitCode: 1}))
  t.like(await devs.api.next('rejected'), {code: 'CRASHED'})
  t.like(await devs.web.next('rejected'), {code: 'TOGETHER_REJECTED', stage: 'shift'})
  await devs.web.quiet()
  t.deepEqual(await two.answers(), ['one', 'one'])
  two.api.save(good('three'))
  await Promise.all([devs.web.next('live'), devs.api.next('live')])
  t.deepEqual(await two.answers(), ['two', 'three'])
  t.is(steps.length, 1)
})

test('a broken one that is taken back lets the other in', async (t) => {
  await using two = await pair()
  const {devs} = two
  two.web.save(good('two'))
  two.api.save(good('two', {exitCode: 1}))
  await devs.web.next('rejected')
  two.api.save(good('one'))
  await devs.web.next('live')
  t.deepEqual(await two.answers(), ['two', 'one'])
})

test('a newer save of one that waits is what flips with the other', async (t) => {
  await using two = await pair()
  const {devs, steps} = two
  two.api.save(good('two', {bootMs: 300}))
  two.web.save(good('two'))
  await devs.web.next('stage', ({stage}) => stage === 'shift')
  two.web.save(good('three'))
  await Promise.all([devs.web.next('live'), devs.api.next('live')])
  t.deepEqual(await two.answers(), ['three', 'two'])
  t.is(steps.length, 1)
})

test('one whose file moved while it was packed is still waited for', async (t) => {
  await using two = await pair()
  const {devs, steps} = two
  two.api.source.moves = 1
  two.web.save(good('two'))
  two.api.save(good('two'))
  await Promise.all([devs.web.next('live'), devs.api.next('live')])
  t.deepEqual(await two.answers(), ['two', 'two'])
  t.is(steps.length, 1)
})

test('one that can’t run twice serves until the other is verified', async (t) => {
  await using two = await pair({api: {overlap: false}})
  const {devs} = two
  two.web.save(good('two', {bootMs: 300}))
  two.api.save(good('two'))
  await devs.api.next('stage', ({stage}) => stage === 'shift')
  t.deepEqual(await two.answers(), ['one', 'one'])
  await Promise.all([devs.web.next('live'), devs.api.next('live')])
  t.deepEqual(await two.answers(), ['two', 'two'])
})

test('imm ends while one waits for the other', async (t) => {
  await using two = await pair()
  const {devs} = two
  two.api.save(good('two', {bootMs: 5000}))
  two.web.save(good('two'))
  await devs.web.next('stage', ({stage}) => stage === 'shift')
  await Promise.all([devs.web.quit(), devs.api.quit()])
  t.deepEqual([...(await two.web.standing()), ...(await two.api.standing())], [])
})
