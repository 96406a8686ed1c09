import {appendFile, mkdtemp, readdir, rm, stat} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test, {type ExecutionContext} from 'ava'

import {forgetTouches, noteTouch, touchesOf} from '../../src/state/touches.ts'

const homeOf = async (t: ExecutionContext): Promise<string> => {
  const home = await mkdtemp(path.join(tmpdir(), 'imm-touches-'))
  t.teardown(async () => rm(home, {recursive: true}))
  return home
}

const touch = (command: string) => ({at: '2026-11-21T09:00:00.000Z', by: 'anna@laptop', command})
const engine = 'unix:///run/docker.sock'

test('touches of a container are remembered in their order, for their owner alone to read', async (t) => {
  const home = await homeOf(t)
  await Promise.all(['a', 'b'].map(async (container) => noteTouch({home, engine, container}, touch('sh'))))
  await noteTouch({home, engine, container: 'a'}, touch('ls'))
  t.deepEqual(await touchesOf({home, container: 'a'}), [touch('sh'), touch('ls')])
  t.deepEqual(await touchesOf({home, container: 'c'}), [])
  t.is((await stat(path.join(home, 'touched', 'a.jsonl'))).mode & 0o777, 0o600)
})

test('a touch is taken back where nothing ran, and no other with it', async (t) => {
  const home = await homeOf(t)
  await noteTouch({home, engine, container: 'a'}, touch('sh'))
  const withdraw = await noteTouch({home, engine, container: 'a'}, touch('sh'))
  await noteTouch({home, engine, container: 'a'}, touch('ls'))
  await withdraw()
  t.deepEqual(await touchesOf({home, container: 'a'}), [touch('sh'), touch('ls')])
})

test('a torn line says nothing, and costs none of the others', async (t) => {
  const home = await homeOf(t)
  await noteTouch({home, engine, container: 'a'}, touch('sh'))
  await appendFile(path.join(home, 'touched', 'a.jsonl'), '{"at":"2026')
  t.deepEqual(await touchesOf({home, container: 'a'}), [touch('sh')])
})

test('touches go with their container, and only on the engine that had it', async (t) => {
  const home = await homeOf(t)
  await forgetTouches({home, engine}, new Set())
  for (const container of ['a', 'b']) await noteTouch({home, engine, container}, touch('sh'))
  await noteTouch({home, engine: 'unix:///run/podman.sock', container: 'c'}, touch('sh'))
  await forgetTouches({home, engine}, new Set(['a']))
  t.deepEqual((await readdir(path.join(home, 'touched'))).toSorted(), ['a.jsonl', 'c.jsonl'])
})
