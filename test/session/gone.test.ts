import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {fileURLToPath} from 'node:url'

import test, {type ExecutionContext} from 'ava'
import {execa} from 'execa'

import {sessionGone} from '../../src/session/gone.ts'
import {holdEnvironment} from '../../src/session/hold.ts'

const {signal} = new AbortController()
const id = {project: 'shop', environment: 'main', app: 'web'}

const runtimeOf = async (t: ExecutionContext): Promise<string> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-gone-'))
  t.teardown(async () => rm(directory, {recursive: true, force: true}))
  return path.join(directory, 'run')
}

/** Whether it has happened by now, and did not fail. */
const settled = (promise: Promise<void>): (() => boolean) => {
  let done = false
  void promise.then(() => (done = true))
  return () => done
}

test('where nobody ever held the environment, nobody has to go', async (t) => {
  await t.notThrowsAsync(sessionGone(await runtimeOf(t), id, signal))
})

test('it is known at once that the holder was killed', async (t) => {
  const runtime = await runtimeOf(t)
  const holder = execa(process.execPath, [fileURLToPath(new URL('holder.ts', import.meta.url)), runtime], {
    reject: false,
  })
  await new Promise((resolve) => holder.stdout.once('data', resolve))
  const gone = sessionGone(runtime, id, signal)
  const isGone = settled(gone)
  await new Promise((resolve) => setImmediate(resolve))
  t.false(isGone())
  holder.kill('SIGKILL')
  await t.notThrowsAsync(gone)
})

test('it is known that the holder gave the environment back, and another environment says nothing', async (t) => {
  const runtime = await runtimeOf(t)
  await using stack = new AsyncDisposableStack()
  stack.use(await holdEnvironment(runtime, {...id, environment: 'other'}, signal))
  const hold = await holdEnvironment(runtime, id, signal)
  const gone = sessionGone(runtime, id, signal)
  await hold[Symbol.asyncDispose]()
  await t.notThrowsAsync(gone)
})

test('waiting ends with the signal', async (t) => {
  const runtime = await runtimeOf(t)
  await using stack = new AsyncDisposableStack()
  stack.use(await holdEnvironment(runtime, id, signal))
  const over = new AbortController()
  const gone = sessionGone(runtime, id, over.signal)
  over.abort(new Error('enough'))
  await t.throwsAsync(gone, {message: 'enough'})
})
