import test from 'ava'

import {ImmError} from '../../src/errors.ts'
import {full, type Layout} from '../../src/lifecycle/layout.ts'
import {good, id, noSignal, testEnvironment, type TestEnvironment} from '../support/lifecycle.ts'

/** Every change is sure to be one layer. */
const sure: Layout = {
  kind: 'layout',
  bases: [],
  ground: undefined,
  often: [],
  plan: () => ({kind: 'delta', inAnchor: [], above: 1, below: [], complete: () => []}),
}

const deltaEnvironment = (layout: Layout = sure): TestEnvironment => {
  const environment = testEnvironment(good('one'))
  environment.layout = layout
  return environment
}

const imageOf = async ({engine}: TestEnvironment, release: string) =>
  engine.image(`imm/${id.project}/${id.app}:${id.environment}-${release}`, noSignal)

const anchorOf = async (environment: TestEnvironment) => imageOf(environment, 'anchor')

test('a change that is sure to be one layer is that on the last full image, however many came before', async (t) => {
  await using environment = deltaEnvironment()
  await using dev = environment.start()
  t.like(await dev.next('build'), {how: 'full', why: undefined})
  await dev.next('live')
  await dev.quiet()
  const anchor = await anchorOf(environment)
  for (const content of ['two', 'three', 'four']) {
    environment.save(good(content))
    t.is((await dev.next('build')).how, 'delta')
    const {release} = await dev.next('live')
    await dev.quiet()
    t.like(await environment.answer(), {content})
    const image = await imageOf(environment, release)
    t.is(image?.layers.length, 2)
    t.deepEqual(image?.layers.slice(0, 1), anchor?.layers)
    t.is(image?.labels['imm.anchor'], anchor?.id)
  }
  t.is(dev.calls('engine', 'build').length, 1)
  t.is((await anchorOf(environment))?.id, anchor?.id)
})

test('a save that comes while the first full image is made ready waits for that, instead of building all again', async (t) => {
  await using environment = deltaEnvironment()
  const ready = environment.engine.faults.holdNext('layering')
  await using dev = environment.start()
  await dev.next('build')
  await dev.next('live')
  environment.save(good('two'))
  await dev.next('stage', ({release, stage}) => release.startsWith('r2-') && stage === 'build')
  ready()
  t.is((await dev.next('build')).how, 'delta')
  await dev.next('live')
  t.like(await environment.answer(), {content: 'two'})
})

test('a save that is overtaken while it waits for the full image gives way at once', async (t) => {
  await using environment = deltaEnvironment()
  const ready = environment.engine.faults.holdNext('layering')
  await using dev = environment.start()
  await dev.next('live')
  environment.save(good('two'))
  await dev.next('stage', ({release, stage}) => release.startsWith('r2-') && stage === 'build')
  environment.save(good('three'))
  await dev.next('superseded', ({release}) => release.startsWith('r2-'))
  ready()
  await dev.next('live', ({release}) => release.startsWith('r3-'))
  t.like(await environment.answer(), {content: 'three'})
})

test('an undone edit takes the image that is there, full or not', async (t) => {
  await using environment = deltaEnvironment()
  await using dev = environment.start()
  for (const content of ['one', 'two', 'one', 'two']) {
    environment.save(good(content))
    await dev.next('live')
    await dev.quiet()
    t.like(await environment.answer(), {content})
  }
  t.deepEqual(
    dev.all('build').map(({how}) => how),
    ['full', 'delta', 'cached', 'cached'],
  )
})

test('where only a full build is certain, it is made, and why is said', async (t) => {
  await using environment = deltaEnvironment({...sure, plan: () => full('Dockerfile:3: RUN make could read app.json')})
  await using dev = environment.start()
  await dev.next('live')
  await dev.quiet()
  await dev.next('build')
  environment.save(good('two'))
  t.like(await dev.next('build'), {how: 'full', why: 'Dockerfile:3: RUN make could read app.json'})
})

test('a layer that the engine will not add is built in full instead', async (t) => {
  await using environment = deltaEnvironment()
  await using dev = environment.start()
  await dev.next('live')
  await dev.next('build')
  await dev.quiet()
  environment.engine.faults.failNext('addLayer', new ImmError('LAYER_REFUSED', 'no such layer'))
  environment.save(good('two'))
  t.like(await dev.next('build'), {how: 'full', why: 'no such layer'})
  await dev.next('live')
  t.like(await environment.answer(), {content: 'two'})
})

test('asked to release again, imm builds in full', async (t) => {
  await using environment = deltaEnvironment()
  await using dev = environment.start()
  await dev.next('live')
  await dev.next('build')
  await dev.quiet()
  ;(await dev.loop()).trigger({again: true})
  t.is((await dev.next('build')).how, 'full')
})

test('a layer that has grown brings a new full image, made aside, and the next layer stands on that', async (t) => {
  await using environment = deltaEnvironment()
  await using dev = environment.start()
  await dev.next('live')
  await dev.quiet()
  const first = await anchorOf(environment)
  environment.source.ballast = {'big.bin': 'x'.repeat(5 * 2 ** 20)}
  environment.save(good('two'))
  await dev.next('build', ({how}) => how === 'delta')
  await dev.next('live')
  await dev.quiet()
  const second = await anchorOf(environment)
  t.not(second?.id, first?.id)
  t.is(second?.labels['imm.anchor'], undefined)
  environment.source.ballast = {}
  environment.save(good('three'))
  await dev.next('build', ({how}) => how === 'delta')
  const {release} = await dev.next('live', ({release: name}) => name.startsWith('r3-'))
  t.is((await imageOf(environment, release))?.labels['imm.anchor'], second?.id)
  t.is(await imageOf(environment, 'anchor-next'), undefined)
})

test('an image with a layer added is nothing that another imm adds to: it makes a full one aside', async (t) => {
  await using environment = deltaEnvironment()
  await using first = environment.start()
  await first.next('live')
  await first.quiet()
  environment.save(good('two'))
  const {release} = await first.next('live', ({release: name}) => name.startsWith('r2-'))
  await first.quit()
  const delta = await imageOf(environment, release)

  await using second = environment.start()
  t.is((await second.next('build')).how, 'cached')
  await second.next('live')
  await second.quiet()
  const anchor = await anchorOf(environment)
  t.not(anchor?.id, delta?.id)
  t.is(anchor?.labels['imm.snapshot'], delta?.labels['imm.snapshot'])
  environment.save(good('three'))
  t.is((await second.next('build')).how, 'delta')
})

test('a full image whose release was rejected is what the next layer stands on', async (t) => {
  await using environment = testEnvironment(good('one', {exitCode: 3}))
  environment.layout = sure
  await using dev = environment.start()
  await dev.next('rejected')
  await dev.quiet()
  environment.save(good('two'))
  t.is((await dev.next('build', ({how}) => how === 'delta')).how, 'delta')
  await dev.next('live')
  t.deepEqual(await environment.images(), ['r2 two', 'rundefined one'])
})

test('other build settings are built in full', async (t) => {
  await using environment = deltaEnvironment()
  await using dev = environment.start()
  await dev.next('live')
  await dev.next('build')
  await dev.quiet()
  environment.settings = {build: {context: '/shop', dockerfile: 'Dockerfile', target: undefined, args: {A: '1'}}}
  environment.save(good('two'), {settings: true})
  t.like(await dev.next('build'), {how: 'full', why: 'other build settings than before'})
})

test('a Dockerfile that changes while it is built is nothing to go by', async (t) => {
  await using environment = deltaEnvironment()
  environment.hash = 'of what was written meanwhile'
  await using dev = environment.start()
  await dev.next('live')
  await dev.next('build')
  await dev.quiet()
  environment.save(good('two'))
  t.like(await dev.next('build'), {how: 'full', why: 'the Dockerfile is a link, or changed while it was built'})
})
