import {createHash} from 'node:crypto'
import {Readable} from 'node:stream'

import {isImmError} from '../../src/errors.ts'
import type {Engine, ExecRequest, InstanceChange} from '../../src/lifecycle/ports.ts'
import {type Bench, port, signal} from './engine-harness.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Runs a command and gathers what it prints. */
const run = async (engine: Engine, id: string, command: string[], more: Partial<ExecRequest> = {}) => {
  const printed = {stdout: '', stderr: ''}
  const request: ExecRequest = {
    command,
    stdin: undefined,
    terminal: undefined,
    onOutput: (stream, chunk) => void (printed[stream] += chunk.toString()),
    ...more,
  }
  const execution = await engine.exec(id, request, signal)
  return {exitCode: await execution.ended, ...printed}
}

/** What a container is, has changed and can be asked to run. */
export const insideContract = ({test, build, spec, launch}: Bench): void => {
  test.serial('a container tells what it was started with, and what it may use now', async (t) => {
    const {engine} = t.context
    const image = await build(t, {listen: port})
    const wanted = spec(image, {
      env: {LOG: 'debug'},
      command: ['sh', '/app.sh'],
      user: '0',
      tmpfs: ['/scratch'],
      volumes: [{name: `imm-${image.id.slice(7, 19)}`, path: '/data', readOnly: true, labels: image.labels}],
      memoryBytes: 64 * 2 ** 20,
      cpus: 0.5,
      readOnly: true,
    })
    const instance = await engine.start(wanted, signal)
    const details = await engine.details(instance.id, signal)
    t.like(details, {
      instance,
      command: ['sh', '/app.sh'],
      entrypoint: [],
      user: '0',
      memoryBytes: 64 * 2 ** 20,
      cpus: 0.5,
      readOnly: true,
      restarts: false,
      networks: ['default'],
    })
    t.is(details?.env['LOG'], 'debug')
    // Podman adds tmpfs of its own to a root that can't be written.
    const mounts = details?.mounts.filter(({path}) => path === '/data' || path === '/scratch')
    t.deepEqual(
      mounts?.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
      [
        {kind: 'volume', source: wanted.volumes[0]?.name ?? '', path: '/data', readOnly: true},
        {kind: 'tmpfs', source: '', path: '/scratch', readOnly: false},
      ],
    )
    if (!t.context.lacks.includes('update')) {
      await t.context.alter(instance.id, {memoryBytes: 96 * 2 ** 20})
      t.like(await engine.details(instance.id, signal), {memoryBytes: 96 * 2 ** 20, cpus: 0.5})
    }
    await engine.remove(instance.id, 0, signal)
    t.is(await engine.details(instance.id, signal), undefined)
  })

  test.serial('what a container wrote is told, with its content and the image’s', async (t) => {
    const {engine} = t.context
    const image = await build(t, {listen: port, content: 'page'})
    const {id} = await engine.start(spec(image, {tmpfs: ['/scratch']}), signal)
    const container = {container: id}
    await t.context.write(id, '/scratch/draft', {content: 'nobody’s business'})
    await t.context.write(id, '/notes.txt', {content: 'mine\n', mode: 0o600})
    await t.context.write(id, '/index.html', {content: 'patched'})
    await t.context.write(id, '/link', {link: '/notes.txt'})
    await t.context.write(id, '/app.sh', 'erase')
    const wanted: InstanceChange[] = [
      {path: '/app.sh', kind: 'deleted'},
      {path: '/index.html', kind: 'changed'},
      {path: '/link', kind: 'added'},
      {path: '/notes.txt', kind: 'added'},
    ]
    const paths = wanted.map(({path}) => path)
    const found = (await engine.changes(id, signal)).filter(({path}) => [...paths, '/scratch/draft'].includes(path))
    t.deepEqual(
      found.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
      wanted,
    )
    const asked = [...paths, '/nowhere', '/index.html/below']
    const now = await engine.inside(container, asked, signal)
    t.deepEqual([...now.keys()].toSorted(), ['/index.html', '/link', '/notes.txt'])
    t.like(now.get('/notes.txt'), {kind: 'file', mode: 0o600, uid: 0, gid: 0, size: 5, content: sha256('mine\n')})
    t.like(now.get('/link'), {kind: 'link', content: '/notes.txt'})
    t.like(now.get('/index.html'), {kind: 'file', content: sha256('patched')})
    const before = await engine.inside({image}, asked, signal)
    t.deepEqual([...before.keys()].toSorted(), ['/app.sh', '/index.html'])
    t.like(before.get('/index.html'), {content: sha256('page')})
    t.is((await engine.content(container, '/index.html', signal))?.toString(), 'patched')
    t.is((await engine.content({image}, '/index.html', signal))?.toString(), 'page')
    t.is(await engine.content(container, '/app.sh', signal), undefined)
    t.is(await engine.content({image}, '/nowhere', signal), undefined)
    await engine.pause(id, signal)
    t.is((await engine.inside(container, ['/notes.txt'], signal)).size, 1, 'of a paused one as well')
  })

  test.serial(
    'a command runs in a container, with its output, its input, its exit code and a terminal where one is given',
    async (t) => {
      const {engine} = t.context
      const {id} = await launch(t, {listen: port})
      t.deepEqual(await run(engine, id, ['echo', 'hello']), {exitCode: 0, stdout: 'hello\n', stderr: ''})
      t.deepEqual(await run(engine, id, ['sh', '-c', 'echo sorry >&2; exit 7']), {
        exitCode: 7,
        stdout: '',
        stderr: 'sorry\n',
      })
      t.is((await run(engine, id, ['false'])).exitCode, 1)
      t.is((await run(engine, id, ['sh', '-c', 'exit 126'])).exitCode, 126, 'of a command that ran')
      if (!t.context.lacks.includes('exec start')) {
        const missing = await t.throwsAsync(run(engine, id, ['nope']))
        t.true(isImmError(missing, 'COMMAND_NOT_STARTED'), String(missing))
        await t.throwsAsync(run(engine, id, ['nope'], {terminal: {columns: 100, rows: 30}}))
      }
      const long = 'x'.repeat(300_000)
      const copied = await run(engine, id, ['cat'], {stdin: Readable.from([long, 'end\n'])})
      t.is(copied.exitCode, 0)
      t.true(copied.stdout === `${long}end\n`, `${copied.stdout.length} bytes came back`)
      t.is((await run(engine, id, ['cat'])).exitCode, 0, 'without an input it is empty')
      const isTerminal = ['sh', '-c', 'test -t 0']
      t.is((await run(engine, id, isTerminal)).exitCode, 1)
      t.is((await run(engine, id, isTerminal, {terminal: {columns: 100, rows: 30}})).exitCode, 0)
      await engine.pause(id, signal)
      const error = await t.throwsAsync(run(engine, id, ['echo']))
      t.true(isImmError(error, 'ENGINE_REFUSED'), String(error))
    },
  )
}
