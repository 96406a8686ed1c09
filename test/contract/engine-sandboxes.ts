import {isImmError} from '../../src/errors.ts'
import type {Image, Instance} from '../../src/lifecycle/ports.ts'
import {answer, type Bench, ids, port, signal, until} from './engine-harness.ts'

/** Sandboxes that wait for a candidate. */
export const sandboxContract = ({test, project, labels, build, spec}: Bench): void => {
  let count = 0
  const own = {...labels, 'imm.app': 'sandboxed'}
  const wait = async (t: Has): Promise<Instance> => {
    const name = `imm-${project}-sandbox-${++count}`
    const sandbox = await t.context.engine.sandbox({name, labels: own, port}, signal)
    if (!sandbox) throw new Error('the engine has no sandboxes')
    return sandbox
  }
  const nothing = async (t: Has) => (await t.context.engine.instances(own, signal)).length === 0

  test.serial('a sandbox waits, is known by its role, and can be removed', async (t) => {
    const {engine} = t.context
    const sandbox = await wait(t)
    t.is(sandbox.state, 'running')
    t.like(sandbox.labels, {...own, 'imm.role': 'sandbox'})
    t.truthy(sandbox.address)
    t.is(sandbox.sandbox, undefined)
    t.deepEqual(await engine.instances({...own, 'imm.role': 'sandbox'}, signal), [sandbox])
    await engine.remove(sandbox.id, 0, signal)
    await engine.remove(sandbox.id, 0, signal)
    t.true(await nothing(t))
  })

  test.serial('a container in a sandbox is reached where the sandbox was, also by a later imm', async (t) => {
    const {engine} = t.context
    const image = await build(t, {listen: port, content: 'inside', health: 'healthy'})
    const sandbox = await wait(t)
    const instance = await engine.start(spec(image, {labels: own, sandbox: sandbox.id}), signal)
    t.like(instance, {state: 'running', image: image.id, sandbox: sandbox.id})
    t.deepEqual(instance.address, sandbox.address)
    t.true((await answer(instance)).includes('inside'))
    const later = await t.context.again()
    t.deepEqual(await later.instance(instance.id, signal), await engine.instance(instance.id, signal))
    t.deepEqual((await later.instance(instance.id, signal))?.address, sandbox.address)
    t.deepEqual(
      await later.instances(own, signal).then((all) => ids(all).toSorted()),
      [instance.id, sandbox.id].toSorted(),
    )
    t.deepEqual(await engine.listening(instance.id, signal), [{port, loopback: false}])
    t.true((await engine.healthcheck(instance.id, signal)).healthy)
    await engine.pause(instance.id, signal)
    t.deepEqual((await engine.instance(instance.id, signal))?.address, sandbox.address)
    await later.remove(instance.id, 0, signal)
    t.true(await nothing(t))
  })

  test.serial('a container that died takes its sandbox along when it is removed, and both ends are told', async (t) => {
    const {engine} = t.context
    const abort = new AbortController()
    const ended = new Set<string>()
    const heard = Promise.withResolvers<void>()
    const listening = async () => {
      for await (const {kind, id} of engine.events(own, abort.signal)) {
        if (kind === 'exited') ended.add(id)
        if (wanted.every((each) => ended.has(each))) heard.resolve()
      }
    }
    const wanted: string[] = ['not known yet']
    const over = listening().catch((error: unknown) => error)
    const image = await build(t, {exitCode: 3, bootMs: 50})
    const unused = await wait(t)
    await engine.remove(unused.id, 0, signal)
    const sandbox = await wait(t)
    const instance = await engine.start(spec(image, {labels: own, sandbox: sandbox.id}), signal)
    wanted.splice(0, 1, instance.id, unused.id)
    if (!wanted.every((each) => ended.has(each))) await heard.promise
    t.like(await engine.instance(instance.id, signal), {state: 'exited', exitCode: 3, address: undefined})
    await engine.remove(instance.id, 0, signal)
    t.true(await nothing(t))
    abort.abort()
    await over
  })

  test.serial('a start that fails or is given up leaves neither container nor sandbox', async (t) => {
    const {engine} = t.context
    const none = {id: `sha256:${'0'.repeat(64)}`} as Image
    const failing = spec(none, {labels: own, sandbox: (await wait(t)).id})
    const error = await t.throwsAsync(engine.start(failing, signal))
    t.true(isImmError(error, 'ENGINE_REFUSED'), String(error))
    t.true(await nothing(t))
    const image = await build(t, {listen: port})
    for (const afterMs of [0, 10, 40]) {
      const abort = new AbortController()
      const starting = engine.start(spec(image, {labels: own, sandbox: (await wait(t)).id}), abort.signal)
      setTimeout(() => abort.abort('superseded'), afterMs)
      const outcome = await starting.catch((reason: unknown) => reason)
      // It may have been faster than the abort.
      if (outcome !== 'superseded') await engine.remove((outcome as Instance).id, 0, signal)
      t.true(await nothing(t), `after ${afterMs} ms`)
    }
  })

  test.serial('a sandbox that is gone is no mistake of the application', async (t) => {
    const {engine} = t.context
    const image = await build(t, {listen: port})
    const sandbox = await wait(t)
    await t.context.removeBehindTheBack(sandbox.id)
    const error = await t.throwsAsync(engine.start(spec(image, {labels: own, sandbox: sandbox.id}), signal))
    t.true(isImmError(error, 'ENGINE_REFUSED'), String(error))
    t.true(await nothing(t))
  })

  test.serial('who removes a sandbox removes who joined it, at once or together with others', async (t) => {
    const {engine} = t.context
    const image = await build(t, {listen: port})
    for (const both of [false, true]) {
      const sandbox = await wait(t)
      const instance = await engine.start(spec(image, {labels: own, sandbox: sandbox.id}), signal)
      const removed = both ? [sandbox.id, instance.id] : [sandbox.id]
      await Promise.all(removed.map((id) => engine.remove(id, 0, signal)))
      t.true(await nothing(t))
    }
  })

  test.serial('several sandboxes begun at once are all there, and their image goes with the last', async (t) => {
    const {engine} = t.context
    const sandboxes = await Promise.all([wait(t), wait(t), wait(t)])
    t.is(new Set(sandboxes.map(({address}) => JSON.stringify(address))).size, 3)
    t.is(new Set(sandboxes.map(({image}) => image)).size, 1)
    await Promise.all(sandboxes.map(({id}) => engine.remove(id, 0, signal)))
    t.true(await nothing(t))
    // Another imm on this engine may have sandboxes too.
    await until(async () => {
      const others = await engine.instances({'imm.role': 'sandbox'}, signal)
      return others.length > 0 || (await engine.image('imm/sandbox:1', signal)) === undefined
    })
    t.pass()
  })
}

type Has = Parameters<Bench['build']>[0]
