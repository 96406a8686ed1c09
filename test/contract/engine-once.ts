import {Readable} from 'node:stream'

import {isImmError} from '../../src/errors.ts'
import type {Image, LogLine, OnceSpec, TerminalSize} from '../../src/lifecycle/ports.ts'
import {answer, type Bench, ids, port, signal, until} from './engine-harness.ts'

/** Containers that run one command to its end. */
export const onceContract = ({test, project, labels, build, launch}: Bench): void => {
  let count = 0
  const app = {...labels, 'imm.app': 'once'}
  const own = {...app, 'imm.role': 'gate'}
  const spec = (image: Image, command: readonly string[], more: Partial<OnceSpec> = {}): OnceSpec => ({
    name: `imm-${project}-once-${++count}`,
    image: image.id,
    labels: own,
    env: {},
    command,
    user: undefined,
    volumes: [],
    tmpfs: [],
    memoryBytes: undefined,
    cpus: undefined,
    network: undefined,
    ...more,
  })
  const nothing = async (t: Has) => (await t.context.engine.instances(own, signal)).length === 0

  test.afterEach.always(async (t) => {
    const {engine} = t.context
    await Promise.all((await engine.instances(app, signal)).map(({id}) => engine.remove(id, 0, signal)))
  })

  test.serial('a command runs to its end in place of what the image starts, and its container is gone', async (t) => {
    const image = await build(t, {listen: port})
    const {exitCode, outOfMemory, lines} = await run(
      t,
      spec(image, ['sh', '-c', 'echo $COLOUR; echo oh >&2; exit 3'], {env: {COLOUR: 'red'}}),
    )
    t.deepEqual({exitCode, outOfMemory}, {exitCode: 3, outOfMemory: false})
    t.deepEqual(lines.toSorted(), ['stderr oh', 'stdout red'])
    t.true(await nothing(t))
    t.deepEqual(await run(t, spec(image, ['echo', 'a  b'])), {exitCode: 0, outOfMemory: false, lines: ['stdout a  b']})
    t.true(await nothing(t))
  })

  test.serial('a command that the image does not have fails, and nothing of it stays', async (t) => {
    const image = await build(t, {listen: port})
    const outcome = await run(t, spec(image, ['no-such-program'])).catch((error: unknown) => error)
    // With an init process it starts, and the init ends with 127; without one the engine can't start it.
    if (isImmError(outcome, 'CRASHED')) t.regex(outcome.message, /can't be started/)
    else t.like(outcome, {exitCode: 127})
    t.true(await nothing(t))
    const none = {id: `sha256:${'0'.repeat(64)}`} as Image
    const error = await t.throwsAsync(run(t, spec(none, ['true'])))
    t.true(isImmError(error, 'ENGINE_REFUSED'), String(error))
    t.true(await nothing(t))
  })

  test.serial('it shares the network of another container, or of the sandbox that this one joined', async (t) => {
    const {engine} = t.context
    const alone = await launch(t, {listen: port, content: 'alone'}, {labels: own})
    const name = `imm-${project}-once-sandbox`
    const sandbox = await engine.sandbox({name, labels: own, port}, signal)
    const joined = await launch(t, {listen: port, content: 'joined'}, {labels: own, sandbox: sandbox?.id})
    for (const [instance, content] of [
      [alone, 'alone'],
      [joined, 'joined'],
    ] as const) {
      await answer(instance)
      const image = {id: instance.image} as Image
      const command = ['busybox', 'wget', '-qO-', `http://127.0.0.1:${port}/`]
      const {exitCode, lines} = await run(t, spec(image, command, {network: instance}))
      t.is(exitCode, 0)
      t.regex(lines.join('\n'), new RegExp(content))
      // It ended alone: who lent its network runs on.
      t.true((await answer(instance)).includes(content))
    }
    await Promise.all([alone, joined].map(({id}) => engine.remove(id, 0, signal)))
    t.true(await nothing(t))
  })

  test.serial('without a command it is what the image starts, or an entrypoint with its arguments', async (t) => {
    const image = await build(t, {logs: ['own'], exitCode: 4})
    const {command: _command, ...without} = spec(image, [])
    t.deepEqual(await run(t, {...without, command: undefined}), {
      exitCode: 4,
      outOfMemory: false,
      lines: ['stdout own'],
    })
    const options = {entrypoint: ['echo', 'entered']}
    t.deepEqual((await run(t, {...without, command: undefined, options})).lines, ['stdout entered'])
    t.deepEqual((await run(t, spec(image, ['with', 'words'], {options}))).lines, ['stdout entered with words'])
    t.true(await nothing(t))
  })

  test.serial('it is given input, and its output comes as it is, with a terminal where one is asked for', async (t) => {
    const image = await build(t, {listen: port})
    const talk = async (command: readonly string[], stdin: string | undefined, terminal?: TerminalSize) => {
      const got = {stdout: '', stderr: ''}
      const interactive = {
        stdin: stdin === undefined ? undefined : Readable.from([stdin]),
        terminal,
        onOutput: (stream: 'stdout' | 'stderr', chunk: Buffer) => void (got[stream] += chunk.toString()),
      }
      const {exitCode, lines} = await run(t, spec(image, command, {interactive}))
      t.deepEqual(lines, [])
      return {exitCode, ...got}
    }
    const long = 'x'.repeat(200_000)
    const copied = await talk(['cat'], `${long}end\n`)
    t.is(copied.exitCode, 0)
    t.true(copied.stdout === `${long}end\n`, `${copied.stdout.length} bytes came back`)
    t.deepEqual(await talk(['sh', '-c', 'echo sorry >&2; exit 7'], undefined), {
      exitCode: 7,
      stdout: '',
      stderr: 'sorry\n',
    })
    t.is((await talk(['sh', '-c', 'test -t 0'], undefined)).exitCode, 1)
    t.is((await talk(['sh', '-c', 'test -t 0'], '', {columns: 100, rows: 30})).exitCode, 0)
    t.true(await nothing(t))
  })

  test.serial('it sees the volumes of an application', async (t) => {
    const volume = {name: `imm_${project}_once`, path: '/data', readOnly: false, labels}
    const image = await build(t, {listen: port})
    t.is((await run(t, spec(image, ['echo'], {volumes: [volume]}))).exitCode, 0)
    t.true((await t.context.engine.volumes(labels, signal)).some(({name}) => name === volume.name))
    await t.context.engine.removeVolume(volume.name, signal)
  })

  test.serial('one that is given up is killed and gone when that is told, whenever it happens', async (t) => {
    const {engine} = t.context
    const host = await launch(t, {listen: port}, {labels: own})
    const image = {id: host.image} as Image
    const abort = new AbortController()
    const running = run(t, spec(image, ['sleep', '1000'], {network: host}), abort.signal)
    await until(async () => (await engine.instances(own, signal)).some(({id}) => id !== host.id))
    abort.abort('superseded')
    t.is(await running.catch((error: unknown) => error), 'superseded')
    t.deepEqual(await engine.instances(own, signal).then(ids), [host.id])
    for (const afterMs of [0, 20, 100]) {
      const early = new AbortController()
      const starting = run(t, spec(image, ['sleep', '1000']), early.signal)
      setTimeout(() => early.abort('superseded'), afterMs)
      t.is(await starting.catch((error: unknown) => error), 'superseded', `after ${afterMs} ms`)
      t.deepEqual(await engine.instances(own, signal).then(ids), [host.id], `after ${afterMs} ms`)
    }
    await engine.remove(host.id, 0, signal)
  })

  test.serial('who lent its network can be removed while another still uses it', async (t) => {
    const {engine} = t.context
    const host = await launch(t, {listen: port}, {labels: own})
    const abort = new AbortController()
    const running = run(t, spec({id: host.image} as Image, ['sleep', '1000'], {network: host}), abort.signal)
    await until(async () => (await engine.instances(own, signal)).length === 2)
    await engine.remove(host.id, 0, signal)
    abort.abort('superseded')
    await running.catch((error: unknown) => error)
    t.true(await nothing(t))
  })
}

const run = async (t: Has, wanted: OnceSpec, within = signal) => {
  const lines: LogLine[] = []
  const result = await t.context.engine.runOnce(wanted, (line) => lines.push(line), within)
  return {...result, lines: lines.map(({stream, text}) => `${stream} ${text}`)}
}

type Has = Parameters<Bench['build']>[0]
