import {mkdtemp, readdir, rm, stat} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {fileURLToPath} from 'node:url'

import test, {type ExecutionContext} from 'ava'
import {execa} from 'execa'

import {ImmError} from '../../src/errors.ts'
import {askSession, sessionStates} from '../../src/session/ask.ts'
import {holdEnvironment, type Hold} from '../../src/session/hold.ts'
import {sessionSocket, type Session, type WantedRelease} from '../../src/session/session.ts'

const {signal} = new AbortController()
const id = {project: 'shop', environment: 'main', app: 'web'}

const runtimeOf = async (t: ExecutionContext): Promise<string> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-session-'))
  t.teardown(async () => rm(directory, {recursive: true, force: true}))
  return path.join(directory, 'run')
}

interface Asked {
  rollbacks: WantedRelease[]
  decisions: string[]
  quits: number
}

const offer = (hold: Hold, more: Partial<Session> = {}): Asked => {
  const asked: Asked = {rollbacks: [], decisions: [], quits: 0}
  hold.offer({
    state: () => ({
      ...id,
      pid: 4711,
      directory: '/work/shop',
      startedAt: '2026-11-21T09:00:00.000Z',
      url: 'http://shop.localhost:7070',
      live: 'r2-3fa9c1e',
      pinned: undefined,
      budgetBytes: undefined,
      underWay: undefined,
      takingOver: undefined,
      rejected: undefined,
    }),
    async rollback(release) {
      asked.rollbacks.push(release)
      return {release: release === 'r1-3fa9c1e' ? release : 'r1-0000000', notes: ['as it was']}
    },
    unpin: async () => 'r1-0000000',
    async decide(decision) {
      asked.decisions.push(decision)
      return 'r3-0000000'
    },
    touched: () => undefined,
    quit: () => void (asked.quits += 1),
    ...more,
  })
  return asked
}

test('a second holder is told who holds the environment and how to end it', async (t) => {
  const runtime = await runtimeOf(t)
  await using hold = await holdEnvironment(runtime, id, signal)
  offer(hold)
  const error = await t.throwsAsync<ImmError>(holdEnvironment(runtime, id, signal), {instanceOf: ImmError})
  t.is(error.code, 'ENVIRONMENT_HELD')
  t.regex(error.message, /environment main of shop is held by imm dev \(pid 4711, in \/work\/shop, since 2026/)
  t.regex(error.next, /http:\/\/shop\.localhost:7070/)
  t.regex(error.next, /kill 4711/)
  t.is((await (await askSession(runtime, id, signal))?.state(signal))?.pid, 4711, 'the first one holds it still')
})

test('other environments and apps are free', async (t) => {
  const runtime = await runtimeOf(t)
  await using main = await holdEnvironment(runtime, id, signal)
  await using branch = await holdEnvironment(runtime, {...id, environment: 'branch'}, signal)
  await using other = await holdEnvironment(runtime, {...id, app: 'api'}, signal)
  for (const hold of [main, branch, other]) offer(hold)
  t.is((await sessionStates(runtime, signal)).length, 3)
})

test('of two that start at once, one holds the environment', async (t) => {
  const runtime = await runtimeOf(t)
  const starts = Array.from({length: 4}, async () => {
    const hold = await holdEnvironment(runtime, id, signal)
    offer(hold)
    t.teardown(async () => hold[Symbol.asyncDispose]())
  })
  const results = await Promise.allSettled(starts)
  t.is(results.filter(({status}) => status === 'fulfilled').length, 1)
  for (const result of results)
    if (result.status === 'rejected') t.is((result.reason as ImmError).code, 'ENVIRONMENT_HELD')
})

test('rollback and quit are asked through the holder, and its answers come back as they are', async (t) => {
  const runtime = await runtimeOf(t)
  await using hold = await holdEnvironment(runtime, id, signal)
  const asked = offer(hold)
  const session = await askSession(runtime, id, signal)
  t.deepEqual(await session?.rollback('r1-3fa9c1e', signal), {release: 'r1-3fa9c1e', notes: ['as it was']})
  t.is((await session?.rollback(undefined, signal))?.release, 'r1-0000000')
  t.is((await session?.rollback({back: 2}, signal))?.release, 'r1-0000000')
  t.deepEqual(asked.rollbacks, ['r1-3fa9c1e', undefined, {back: 2}])
  t.is(await session?.unpin(signal), 'r1-0000000')
  t.is(await session?.decide('promote', signal), 'r3-0000000')
  t.is(await session?.decide('abort', signal), 'r3-0000000')
  t.deepEqual(asked.decisions, ['promote', 'abort'])
  await session?.quit(signal)
  t.is(asked.quits, 1)
  t.is((await session?.state(signal))?.live, 'r2-3fa9c1e')
})

test('a rollback that fails is told as what it was', async (t) => {
  const runtime = await runtimeOf(t)
  await using hold = await holdEnvironment(runtime, id, signal)
  offer(hold, {
    async rollback() {
      throw new ImmError('RELEASE_NOT_FOUND', 'r9 is gone', {next: 'See imm status.'})
    },
  })
  const session = await askSession(runtime, id, signal)
  const error = await t.throwsAsync<ImmError>(async () => session?.rollback('r9-0000000', signal), {
    instanceOf: ImmError,
  })
  t.like(error, {code: 'RELEASE_NOT_FOUND', message: 'r9 is gone', next: 'See imm status.'})
})

test('who asks while the holder still starts is answered when it has', async (t) => {
  const runtime = await runtimeOf(t)
  await using hold = await holdEnvironment(runtime, id, signal)
  const asked = askSession(runtime, id, signal).then(async (session) => session?.state(signal))
  await new Promise((resolve) => setImmediate(resolve))
  offer(hold)
  t.is((await asked)?.pid, 4711)
})

test('an environment that is given back is free, and nobody answers for it', async (t) => {
  const runtime = await runtimeOf(t)
  const hold = await holdEnvironment(runtime, id, signal)
  offer(hold)
  await hold[Symbol.asyncDispose]()
  t.is(await askSession(runtime, id, signal), undefined)
  t.deepEqual(await sessionStates(runtime, signal), [])
  t.deepEqual(await readdir(runtime), [])
  await using again = await holdEnvironment(runtime, id, signal)
  t.truthy(again)
})

test('the socket of a killed process is taken over', async (t) => {
  const runtime = await runtimeOf(t)
  const holder = execa(process.execPath, [fileURLToPath(new URL('holder.ts', import.meta.url)), runtime], {
    stdin: 'ignore',
    reject: false,
  })
  t.teardown(() => holder.kill('SIGKILL'))
  await new Promise((resolve) => holder.stdout.once('data', resolve))
  const error = await t.throwsAsync<ImmError>(holdEnvironment(runtime, id, signal), {instanceOf: ImmError})
  t.regex(error.message, new RegExp(`pid ${holder.pid}`))

  holder.kill('SIGKILL')
  await holder
  t.true((await stat(sessionSocket(runtime, id))).isSocket(), 'its file is still there')
  t.is(await askSession(runtime, id, signal), undefined)
  t.deepEqual(await sessionStates(runtime, signal), [])
  await using hold = await holdEnvironment(runtime, id, signal)
  offer(hold)
  t.is((await (await askSession(runtime, id, signal))?.state(signal))?.pid, 4711)
})

test('where imm never ran there is no session, and no directory is made for the question', async (t) => {
  const runtime = await runtimeOf(t)
  t.is(await askSession(runtime, id, signal), undefined)
  t.deepEqual(await sessionStates(runtime, signal), [])
  await t.throwsAsync(stat(runtime), {code: 'ENOENT'})
})

test('only the owner may ask', async (t) => {
  const runtime = await runtimeOf(t)
  await using hold = await holdEnvironment(runtime, id, signal)
  offer(hold)
  t.is((await stat(sessionSocket(runtime, id))).mode & 0o777, 0o600)
  t.is((await stat(runtime)).mode & 0o777, 0o700)
})
