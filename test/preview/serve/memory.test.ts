import {mkdtemp, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test, {type ExecutionContext} from 'ava'

import {openMemory} from '../../../src/preview/serve/memory.ts'

const {signal} = new AbortController()

const place = async (t: ExecutionContext) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-memory-'))
  t.teardown(async () => rm(directory, {recursive: true}))
  return path.join(directory, 'serve', 'memory.json')
}

const brought = {commit: '1', settings: 's', usedMs: 5}
const open = {state: 'open', branch: undefined, atMs: 10} as const

test('what was brought up and what pull requests are is known to the next process, for its owner alone', async (t) => {
  const file = await place(t)
  const memory = await openMemory(file, signal)
  await Promise.all([
    memory.noteBrought('refs/heads/a', brought),
    memory.noteBrought('refs/heads/b', brought),
    memory.notePull(7, open),
  ])
  await memory.noteBrought('refs/heads/b', undefined)
  const next = await openMemory(file, signal)
  t.deepEqual([...next.brought], [['refs/heads/a', brought]])
  t.deepEqual([...next.pulls], [[7, open]])
  if (process.platform !== 'win32') t.is((await stat(file)).mode & 0o777, 0o600)
})

test('news of a pull request that are older than what is known say nothing', async (t) => {
  const memory = await openMemory(await place(t), signal)
  t.true(await memory.notePull(7, {...open, state: 'closed', atMs: 20}))
  t.false(await memory.notePull(7, open))
  t.is(memory.pulls.get(7)?.state, 'closed')
  t.true(await memory.notePull(7, {...open, atMs: 20}))
  t.is(memory.pulls.get(7)?.state, 'open')
})

test('of a file that makes no sense nothing is known', async (t) => {
  const file = await place(t)
  await (await openMemory(file, signal)).notePull(7, open)
  await writeFile(file, '{"brought": 3')
  const memory = await openMemory(file, signal)
  t.deepEqual([memory.brought.size, memory.pulls.size], [0, 0])
})
