import {type Bench, port, signal, until} from './engine-harness.ts'

/** What can be seen of containers from outside, and what outlives them. */
export const watchingContract = ({test, project, labels, build, spec, launch}: Bench): void => {
  test.serial('a container that ends is known by its exit code, and its end is told', async (t) => {
    const {engine} = t.context
    const abort = new AbortController()
    const events = engine.events(labels, abort.signal)[Symbol.asyncIterator]()
    const instance = await launch(t, {exitCode: 7, bootMs: 50}, {labels: {...labels, 'imm.release': 'r9-0000000'}})
    const {value} = (await events.next()) as IteratorYieldResult<unknown>
    t.like(value, {kind: 'exited', id: instance.id, labels: {...labels, 'imm.release': 'r9-0000000'}})
    t.like(await engine.instance(instance.id, signal), {
      state: 'exited',
      exitCode: 7,
      address: undefined,
      outOfMemory: false,
    })
    const waiting = events.next()
    abort.abort('enough')
    t.is(await waiting.catch((error: unknown) => error), 'enough' as never)
    await engine.remove(instance.id, 10_000, signal)
  })

  test.serial('events of other labels are not told', async (t) => {
    const {engine} = t.context
    const abort = new AbortController()
    const wanted = {...labels, 'imm.release': 'r5-0000000'}
    const events = engine.events(wanted, abort.signal)[Symbol.asyncIterator]()
    const image = await build(t, {exitCode: 0})
    const other = await engine.start(spec(image, {labels: {...labels, 'imm.release': 'r4-0000000'}}), signal)
    const own = await engine.start(spec(image, {labels: wanted}), signal)
    t.like(((await events.next()) as IteratorYieldResult<unknown>).value, {id: own.id})
    abort.abort()
    await Promise.all([other, own].map(({id}) => engine.remove(id, 0, signal)))
  })

  test.serial(
    'a follow has the first line, the last one without a line break, and ends with the container',
    async (t) => {
      const {engine} = t.context
      const logs = ['first', '!oops', 'grüße ✓']
      const {id} = await launch(t, {logs, unfinished: 'the end', exitCode: 0, bootMs: 200})
      const lines = await Array.fromAsync(engine.logs(id, {follow: true}, signal))
      t.deepEqual(
        lines.filter(({stream}) => stream === 'stdout').map(({text}) => text),
        ['first', 'grüße ✓', 'the end'],
      )
      t.deepEqual(
        lines.filter(({stream}) => stream === 'stderr').map(({text}) => text),
        ['oops'],
      )
      for (const {timeMs} of lines) t.true(Math.abs(Date.now() - timeMs) < 30_000)
      const again = await Array.fromAsync(engine.logs(id, {follow: true}, signal))
      t.deepEqual(again, lines)
      const tail = await Array.fromAsync(engine.logs(id, {follow: false, tail: 1}, signal))
      // Which stream's line came last is the engine's to say.
      t.is(tail.length, 1)
      t.true(lines.some(({text}) => text === tail[0]?.text))
      const later = engine.logs(id, {follow: false, sinceMs: lines.at(-1)?.timeMs ?? 0}, signal)
      t.deepEqual(await Array.fromAsync(later), [])
      await engine.remove(id, 0, signal)
      t.deepEqual(await Array.fromAsync(engine.logs(id, {follow: true}, signal)), [])
    },
  )

  test.serial('a follow that is given up rejects with the reason', async (t) => {
    const {engine} = t.context
    const {id} = await launch(t, {logs: ['only'], listen: port})
    const abort = new AbortController()
    const lines = engine.logs(id, {follow: true}, abort.signal)[Symbol.asyncIterator]()
    t.like(await lines.next(), {value: {text: 'only'}})
    const waiting = lines.next()
    abort.abort('enough')
    t.is(await waiting.catch((error: unknown) => error), 'enough' as never)
    await engine.remove(id, 0, signal)
  })

  test.serial('ports that a program listens on are seen, with those that only it can reach', async (t) => {
    const {engine} = t.context
    const [open, closed] = await Promise.all([launch(t, {listen: 9000}), launch(t, {listen: 9001, loopback: true})])
    await until(async () => (await engine.listening(open.id, signal)).length > 0)
    t.deepEqual(await engine.listening(open.id, signal), [{port: 9000, loopback: false}])
    await until(async () => (await engine.listening(closed.id, signal)).length > 0)
    t.deepEqual(await engine.listening(closed.id, signal), [{port: 9001, loopback: true}])
    await Promise.all([open, closed].map(({id}) => engine.remove(id, 0, signal)))
    t.deepEqual(await engine.listening(open.id, signal), [])
  })

  test.serial('the environment reaches the program', async (t) => {
    const {id} = await launch(t, {printsEnv: 'GREETING', exitCode: 0}, {env: {GREETING: 'a=b "c" $d'}})
    const lines = await Array.fromAsync(t.context.engine.logs(id, {follow: true}, signal))
    t.deepEqual(
      lines.map(({text}) => text),
      ['a=b "c" $d'],
    )
    await t.context.engine.remove(id, 0, signal)
  })

  test.serial('a volume outlives the containers that use it', async (t) => {
    const {engine} = t.context
    const name = `imm-${project}-data`
    const volumes = [{name, path: '/data', readOnly: false, labels}]
    const image = await build(t, {countsStartsIn: '/data', exitCode: 0})
    const starts: string[] = []
    for (const _ of [1, 2]) {
      const {id} = await engine.start(spec(image, {volumes}), signal)
      for await (const {text} of engine.logs(id, {follow: true}, signal)) starts.push(text)
      await engine.remove(id, 0, signal)
    }
    t.deepEqual(starts, ['start 1', 'start 2'])
    t.deepEqual(await engine.volumes(labels, signal), [{name, labels, plain: true}])
    t.deepEqual(await engine.volumes({...labels, 'imm.app': 'other'}, signal), [])
    await engine.removeVolume(name, signal)
    await engine.removeVolume(name, signal)
    t.deepEqual(await engine.volumes(labels, signal), [])
  })

  test.serial('what a container uses is told while it runs', async (t) => {
    const {engine} = t.context
    const {id} = await launch(t, {listen: port})
    const used = await engine.usage(id, signal)
    t.true(used !== undefined && used.memoryBytes > 0 && used.memoryBytes < 2 ** 32, JSON.stringify(used))
    t.true(used !== undefined && used.cpuMs >= 0 && used.cpuMs < 60_000)
    const ended = await launch(t, {exitCode: 0})
    await until(async () => (await engine.instance(ended.id, signal))?.state === 'exited')
    t.is(await engine.usage(ended.id, signal), undefined)
    await Promise.all([id, ended.id].map((each) => engine.remove(each, 0, signal)))
    t.is(await engine.usage(id, signal), undefined)
  })

  test.serial("an image's HEALTHCHECK can be asked at once", async (t) => {
    const {engine} = t.context
    for (const health of ['healthy', 'unhealthy'] as const) {
      const image = await build(t, {listen: port, health})
      t.true(image.hasHealthcheck)
      const {id} = await engine.start(spec(image), signal)
      t.is((await engine.healthcheck(id, signal)).healthy, health === 'healthy')
      await engine.remove(id, 0, signal)
    }
    const {id} = await launch(t, {listen: port})
    t.deepEqual(await engine.healthcheck(id, signal), {healthy: true, output: ''})
    await engine.remove(id, 0, signal)
  })
}
