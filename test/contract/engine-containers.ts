import {isImmError} from '../../src/errors.ts'
import type {Image, Instance} from '../../src/lifecycle/ports.ts'
import {answer, type Bench, ids, once, port, signal, until} from './engine-harness.ts'

/** Starting, pausing and removing containers. */
export const containerContract = ({test, labels, build, spec, launch}: Bench): void => {
  test.serial('a started container is reached at its address and known by its labels', async (t) => {
    const {engine} = t.context
    const image = await build(t, {listen: port, content: 'hello', bootMs: 100})
    const wanted = spec(image)
    const instance = await engine.start(wanted, signal)
    t.is(instance.state, 'running')
    t.is(instance.name, wanted.name)
    t.is(instance.image, image.id)
    t.like(instance.labels, wanted.labels)
    t.is(instance.exitCode, undefined)
    t.true(Math.abs(Date.now() - (instance.startedMs ?? 0)) < 10_000)
    t.true((await answer(instance)).includes('hello'))
    t.deepEqual(await engine.instance(instance.id, signal), instance)
    t.deepEqual(await engine.instances({...labels, 'imm.release': 'r1-0000000'}, signal).then(ids), [instance.id])
    t.deepEqual(await engine.instances({...labels, 'imm.release': 'r2-0000000'}, signal), [])
    t.true((await engine.instances({}, signal).then(ids)).includes(instance.id))
    await engine.remove(instance.id, 0, signal)
    t.is(await engine.instance(instance.id, signal), undefined)
    t.deepEqual(await engine.instances(labels, signal), [])
  })

  test.serial('a container over its memory is killed and says so', async (t) => {
    const {engine} = t.context
    const instance = await launch(t, {outOfMemory: true, bootMs: 50}, {memoryBytes: 32 * 2 ** 20})
    await until(async () => (await engine.instance(instance.id, signal))?.state === 'exited')
    t.like(await engine.instance(instance.id, signal), {
      outOfMemory: !t.context.lacks.includes('memory kill'),
      exitCode: 137,
    })
    await engine.remove(instance.id, 0, signal)
    return undefined
  })

  test.serial('a paused container does not answer until it goes on; doing either twice is fine', async (t) => {
    const {engine} = t.context
    const instance = await launch(t, {listen: port, content: 'awake'})
    await answer(instance)
    await engine.pause(instance.id, signal)
    await engine.pause(instance.id, signal)
    t.is((await engine.instance(instance.id, signal))?.state, 'paused')
    await t.throwsAsync(once(instance, 300))
    await engine.unpause(instance.id, signal)
    await engine.unpause(instance.id, signal)
    t.like(await engine.instance(instance.id, signal), {state: 'running', address: instance.address})
    t.true((await answer(instance)).includes('awake'))
    await engine.remove(instance.id, 0, signal)
  })

  test.serial('pausing what is not there is refused', async (t) => {
    const error = await t.throwsAsync(t.context.engine.pause('0'.repeat(64), signal))
    t.true(isImmError(error, 'ENGINE_REFUSED'), String(error))
  })

  test.serial('removing a paused or a gone container is fine', async (t) => {
    const {engine} = t.context
    const instance = await launch(t, {listen: port})
    await engine.pause(instance.id, signal)
    const beganMs = Date.now()
    await engine.remove(instance.id, t.context.lacks.includes('init') ? 1000 : 10_000, signal)
    t.true(Date.now() - beganMs < 5000, 'a frozen process got the signal')
    t.is(await engine.instance(instance.id, signal), undefined)
    await engine.remove(instance.id, 10_000, signal)
    await engine.remove(instance.id, 0, signal)
  })

  test.serial('two removals at once both resolve when the container is gone', async (t) => {
    const {engine} = t.context
    const {id} = await launch(t, {listen: port})
    await Promise.all([engine.remove(id, 0, signal), engine.remove(id, 0, signal)])
    t.is(await engine.instance(id, signal), undefined)
  })

  test.serial('what ignores SIGTERM has its grace time and is then killed', async (t) => {
    const {engine} = t.context
    const {id} = await launch(t, {listen: port, ignoreSigterm: true})
    const beganMs = Date.now()
    await engine.remove(id, 1000, signal)
    const tookMs = Date.now() - beganMs
    t.true(tookMs >= 950 && tookMs < 5000, `${tookMs} ms`)
    t.is(await engine.instance(id, signal), undefined)
  })

  test.serial('a start that is given up leaves nothing, whenever that happens', async (t) => {
    const {engine} = t.context
    const image = await build(t, {listen: port})
    for (const afterMs of [0, 5, 20, 60, 120, 200]) {
      const abort = new AbortController()
      const starting = engine.start(spec(image), abort.signal)
      setTimeout(() => abort.abort('superseded'), afterMs)
      const outcome = await starting.catch((error: unknown) => error)
      if (outcome === 'superseded') t.deepEqual(await engine.instances(labels, signal), [], `after ${afterMs} ms`)
      // It was faster than the abort, which is fine too.
      else await engine.remove((outcome as Instance).id, 0, signal)
    }
    t.deepEqual(await engine.instances(labels, signal), [])
  })

  test.serial('an image that is not there is refused, and nothing stays', async (t) => {
    const image = {id: `sha256:${'0'.repeat(64)}`} as Image
    const error = await t.throwsAsync(t.context.engine.start(spec(image), signal))
    t.true(isImmError(error, 'ENGINE_REFUSED'), String(error))
    t.deepEqual(await t.context.engine.instances(labels, signal), [])
  })

  test.serial('a dead container of the same app gives its name away; a running one keeps it', async (t) => {
    const {engine} = t.context
    const wanted = spec(await build(t, {exitCode: 3}))
    const dead = await engine.start(wanted, signal)
    await until(async () => (await engine.instance(dead.id, signal))?.state === 'exited')
    const next = await engine.start({...wanted, image: (await build(t, {listen: port})).id}, signal)
    t.not(next.id, dead.id)
    t.is(await engine.instance(dead.id, signal), undefined)
    const error = await t.throwsAsync(engine.start(wanted, signal))
    t.true(isImmError(error, 'ENGINE_REFUSED'), String(error))
    t.deepEqual(await engine.instances(labels, signal).then(ids), [next.id])
    await engine.remove(next.id, 0, signal)
  })

  test.serial('what somebody else removed is no longer listed', async (t) => {
    const {engine} = t.context
    const [one, other] = await Promise.all([launch(t, {listen: port}), launch(t, {listen: port})])
    await t.context.removeBehindTheBack(one.id)
    t.deepEqual(await engine.instances(labels, signal).then(ids), [other.id])
    t.is(await engine.instance(one.id, signal), undefined)
    await engine.remove(other.id, 0, signal)
  })
}
