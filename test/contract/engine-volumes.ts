import {randomBytes} from 'node:crypto'

import {type Bench, port, signal} from './engine-harness.ts'

async function* chunks(...pieces: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* pieces
}

async function* breaking(): AsyncGenerator<Buffer> {
  yield Buffer.from('begun')
  throw new Error('the program that printed it failed')
}

/** What is done with volumes beside mounting them: copies, streams kept in them, and who uses them. */
export const volumeContract = ({test, project, labels, launch}: Bench): void => {
  let count = 0
  const newName = () => `imm_${project}_volume_${++count}`

  test.serial('a stream is kept in a volume, copied with it, and read again byte by byte', async (t) => {
    const {engine} = t.context
    const [from, to] = [newName(), newName()]
    for (const name of [from, to]) await engine.createVolume({name, labels}, signal)
    // Longer than one piece of it.
    const pieces = Array.from({length: 11}, () => randomBytes(1_000_000))
    const whole = Buffer.concat(pieces)
    const seen: number[] = []
    const onProgress = ({doneBytes}: {doneBytes: number}) => void seen.push(doneBytes)
    const stored = await engine.storeInVolume({volume: from, labels, content: chunks(...pieces), onProgress}, signal)
    t.is(stored.bytes, whole.length)
    t.is(seen.at(-1), whole.length)
    const copied = await engine.copyVolume({from, to, labels, onProgress}, signal)
    t.true(copied.bytes >= whole.length, `${copied.bytes} bytes ${copied.way}`)
    const read = Buffer.concat(await Array.fromAsync(engine.storedInVolume(to, labels, signal)))
    t.true(read.equals(whole), `${read.length} bytes`)
    t.deepEqual(await engine.instances(labels, signal), [], 'nothing stays that it took')
    const sizes = await engine.volumeSizes(signal)
    t.true((sizes.get(to) ?? 0) >= whole.length)
    t.like(await engine.volumeNamed(to, signal), {name: to, plain: true})
  })

  test.serial('what breaks a stream is told, and is no end of it', async (t) => {
    const {engine} = t.context
    const volume = newName()
    await engine.createVolume({name: volume, labels}, signal)
    const storing = engine.storeInVolume({volume, labels, content: breaking(), onProgress: () => {}}, signal)
    await t.throwsAsync(storing, {message: 'the program that printed it failed'})
    const filling = engine.fillVolume({to: volume, labels, from: {archive: breaking()}, onProgress: () => {}}, signal)
    await t.throwsAsync(filling, {message: 'the program that printed it failed'})
    t.deepEqual(await engine.instances(labels, signal), [])
    await engine.removeVolume(volume, signal)
  })

  test.serial('who uses a volume is told, running or not, and it is not removed before', async (t) => {
    const {engine} = t.context
    const [name, other] = [newName(), newName()]
    await engine.createVolume({name: other, labels}, signal)
    t.deepEqual(await engine.volumeUsers(other, signal), [])
    const volumes = [{name, path: '/kept', readOnly: false, labels}]
    const {id} = await launch(t, {listen: port, content: 'up'}, {volumes})
    t.deepEqual(
      (await engine.volumeUsers(name, signal)).map((one) => [one.id, one.state]),
      [[id, 'running']],
    )
    await engine.stop(id, 0, signal)
    t.deepEqual(
      (await engine.volumeUsers(name, signal)).map((one) => [one.id, one.state]),
      [[id, 'exited']],
    )
    await t.throwsAsync(engine.removeVolume(name, signal), {code: 'ENGINE_REFUSED'})
    await engine.remove(id, 0, signal)
    await engine.removeVolume(name, signal)
    t.is(await engine.volumeNamed(name, signal), undefined)
  })

  test.serial('a copy that is called off leaves nothing running, and says why', async (t) => {
    const {engine} = t.context
    const [from, to] = [newName(), newName()]
    for (const name of [from, to]) await engine.createVolume({name, labels}, signal)
    const gone = AbortSignal.abort('gone')
    const copying = engine.copyVolume({from, to, labels, onProgress: () => {}}, gone)
    t.like((await Promise.allSettled([copying]))[0], {status: 'rejected', reason: 'gone'})
    t.deepEqual(await engine.instances(labels, signal), [])
  })
}
