import {randomBytes} from 'node:crypto'

import type {Instance} from '../../src/lifecycle/ports.ts'
import {answer, type Bench, port, signal} from './engine-harness.ts'

/** 8,000 letters: engines may tell what a layer takes compressed. */
const incompressible = (): string => randomBytes(6000).toString('base64url')

/** What is kept for a rollback: stopped containers, what they were started with, and what all that holds on disk. */
export const keepingContract = ({test, project, labels, build, spec, launch}: Bench): void => {
  let count = 0

  test.serial(
    'a stopped container stays, with its log, and is reached no more; stopping twice, or what is gone, is fine',
    async (t) => {
      const {engine} = t.context
      const instance = await launch(t, {listen: port, content: 'up', logs: ['kept']})
      await answer(instance)
      await engine.pause(instance.id, signal)
      const beganMs = Date.now()
      await engine.stop(instance.id, t.context.lacks.includes('init') ? 1000 : 10_000, signal)
      t.true(Date.now() - beganMs < 5000, 'a frozen process got the signal')
      await engine.stop(instance.id, 0, signal)
      t.like(await engine.instance(instance.id, signal), {state: 'exited', address: undefined, image: instance.image})
      const lines = await Array.fromAsync(engine.logs(instance.id, {follow: false}, signal), ({text}) => text)
      t.true(lines.includes('kept'))
      await engine.remove(instance.id, 0, signal)
      await engine.stop(instance.id, 0, signal)
      t.is(await engine.instance(instance.id, signal), undefined)
    },
  )

  test.serial(
    'what was halted starts again as it was, in its sandbox too; halting or resuming twice, or what is gone, is fine',
    async (t) => {
      const {engine} = t.context
      const image = await build(t, {listen: port, content: 'as it was'})
      const sandbox = await engine.sandbox({name: `imm_${project}_halted_sandbox`, labels, port}, signal)
      for (const joins of [undefined, sandbox?.id].slice(0, sandbox ? 2 : 1)) {
        const {id} = await engine.start(spec(image, {sandbox: joins}), signal)
        await engine.halt(id, 0, signal)
        await engine.halt(id, 0, signal)
        t.like(await engine.instance(id, signal), {state: 'exited', address: undefined})
        const again = await engine.resume(id, signal)
        t.like(again, {id, state: 'running'})
        t.deepEqual((await engine.resume(id, signal))?.address, again?.address)
        if (again) t.true((await answer(again)).includes('as it was'))
        await engine.pause(id, signal)
        t.is((await engine.resume(id, signal))?.state, 'running')
        await engine.remove(id, 0, signal)
        await engine.halt(id, 0, signal)
        t.is(await engine.resume(id, signal), undefined)
      }
    },
  )

  test.serial('what a container was started with starts one like it, when it is stopped, too', async (t) => {
    const {engine} = t.context
    const volume = {name: `imm_${project}_kept`, path: '/kept', readOnly: false}
    const given = {
      env: {GREETING: 'as before', EMPTY: ''},
      command: ['sh', '-c', 'echo "$GREETING"; exec httpd -f -h / -p 8080'],
      user: '0:0',
      volumes: [volume],
      tmpfs: ['/scratch'],
      memoryBytes: 64 * 2 ** 20,
      cpus: 0.5,
    }
    const image = await build(t, {listen: port, content: 'again', printsEnv: 'GREETING'})
    const first = await engine.start(spec(image, {...given, volumes: [{...volume, labels}]}), signal)
    await engine.stop(first.id, 0, signal)
    const started = await engine.startedWith(first.id, signal)
    t.like(started, {...given, port, volumes: [volume]})
    t.deepEqual(started?.env, given.env)
    if (!started) return
    const again = {...started, volumes: started.volumes.map((one) => ({...one, labels}))}
    const second = await engine.start(spec(image, again), signal)
    t.true((await answer(second)).includes('again'))
    t.deepEqual(await engine.startedWith(second.id, signal), started)
    const lines = await Array.fromAsync(engine.logs(second.id, {follow: false}, signal), ({text}) => text)
    t.true(lines.includes('as before'))
    t.is(await engine.startedWith('0'.repeat(64), signal), undefined)
    for (const {id} of [first, second]) await engine.remove(id, 0, signal)
    await engine.removeVolume(volume.name, signal)
  })

  test.serial('what is left to the image is not told as given', async (t) => {
    const {engine} = t.context
    const {id} = await launch(t, {listen: port})
    t.like(await engine.startedWith(id, signal), {
      env: {},
      command: undefined,
      user: undefined,
      port,
      volumes: [],
      tmpfs: [],
      memoryBytes: undefined,
      cpus: undefined,
    })
  })

  test.serial(
    'a stopped container gives its sandbox back, and what it was started with starts in another',
    async (t) => {
      const {engine} = t.context
      const wait = async (): Promise<Instance> => {
        const name = `imm-${project}-keeping-${++count}`
        const sandbox = await engine.sandbox({name, labels, port}, signal)
        if (!sandbox) throw new Error('the engine has no sandboxes')
        return sandbox
      }
      const image = await build(t, {listen: port, content: 'inside'})
      const first = await engine.start(spec(image, {env: {A: '1'}, sandbox: (await wait()).id}), signal)
      await answer(first)
      await engine.stop(first.id, 0, signal)
      const running = async () =>
        (await engine.instances(labels, signal)).filter(({state}) => state === 'running').length
      t.is(await running(), 0)
      const started = await engine.startedWith(first.id, signal)
      t.like(started, {env: {A: '1'}, port})
      const second = await engine.start(spec(image, {env: started?.env ?? {}, sandbox: (await wait()).id}), signal)
      t.true((await answer(second)).includes('inside'))
      for (const {id} of [first, second]) await engine.remove(id, 0, signal)
      t.deepEqual(await engine.instances(labels, signal), [])
    },
  )

  test.serial('what a container wrote is added up, also when it is stopped', async (t) => {
    const {engine} = t.context
    const writes = 300_000
    const instance = await launch(t, {listen: port, content: 'up', writes})
    await answer(instance)
    await engine.stop(instance.id, 0, signal)
    const bytes = await engine.written(instance.id, signal)
    t.true(bytes >= writes && bytes < writes + 100_000, `${bytes} bytes`)
    await engine.remove(instance.id, 0, signal)
    t.is(await engine.written(instance.id, signal), 0)
  })

  test.serial('the engine tells how much of an image others have, too', async (t) => {
    const {engine} = t.context
    const [one, other] = [await build(t, {content: incompressible()}), await build(t, {content: incompressible()})]
    const usage = await engine.imageUsage(labels, signal)
    for (const image of [one, other]) {
      const {sizeBytes = 0, sharedBytes} = usage.get(image.id) ?? {}
      t.true(sizeBytes >= 5000)
      if (sharedBytes === undefined) continue
      // Both stand on one base, where there is one; none has the other's content.
      const own = sizeBytes - sharedBytes
      t.true(own >= 5000 && own < 100_000, `${own} of ${sizeBytes}`)
    }
  })

  test.serial('the build cache is counted where the engine tells of one', async (t) => {
    const cache = await t.context.engine.buildCache(signal)
    if (cache) t.true(Number.isInteger(cache.entries) && cache.bytes >= 0)
    else t.is(t.context.engine.facts.builder, 'classic')
  })

  test.serial('no trial is taken for left over while it may still be one', async (t) => {
    await t.context.engine.layering(signal)
    t.deepEqual(await t.context.engine.leftTrials(signal), [])
  })
}
