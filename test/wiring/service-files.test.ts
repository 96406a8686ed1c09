import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test, {type ExecutionContext} from 'ava'

import type {MountedFile} from '../../src/config/settings.ts'
import type {EngineFacts} from '../../src/lifecycle/ports.ts'
import {leftFiles, removeLeftFiles} from '../../src/secrets/left.ts'
import {memoryDirectories} from '../../src/secrets/memory-directory.ts'
import {openServiceFiles} from '../../src/wiring/service-files.ts'

const {signal} = new AbortController()

// On this machine, so that it sees its files.
const facts: EngineFacts = {
  name: 'docker',
  version: '1',
  apiVersion: '1',
  endpoint: 'unix:///var/run/docker.sock',
  builder: 'buildkit',
  reach: 'address',
  dataRoot: '/var/lib/docker',
}

const bench = async (t: ExecutionContext) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-service-files-'))
  const paths = {home: path.join(directory, 'home'), runtime: path.join(directory, 'run')}
  const source = path.join(directory, 'password.txt')
  await writeFile(source, 'hunter2')
  t.teardown(async () => {
    for (const one of await memoryDirectories(paths, true)) await rm(one.path, {recursive: true, force: true})
    await rm(directory, {recursive: true, force: true})
  })
  const id = {project: 'shop', environment: 'main'}
  const password: MountedFile = {
    kind: 'secret',
    name: 'password',
    source: {kind: 'file', path: source},
    path: '/run/secrets/password',
    mode: 0o444,
  }
  return {
    source,
    password,
    /** of another imm with the same state each time */
    open: () =>
      openServiceFiles({
        id,
        paths,
        directory,
        engine: {facts},
        note: (message) => t.log(message),
        onSecret: () => undefined,
      }),
    left: async () => leftFiles(paths, true),
  }
}

test('the same contents are at the same places for whoever opens them next, and their digest is the same', async (t) => {
  const {open, password} = await bench(t)
  const first = await open().put('db', [password], signal)
  t.like(first.binds, {0: {path: '/run/secrets/password', readOnly: true}, length: 1})
  t.is(await readFile(first.binds[0]?.source ?? '', 'utf8'), 'hunter2')
  t.deepEqual(await open().put('db', [password], signal), first)
})

test('another content is another file with another digest, and what is mounted already stays as it is', async (t) => {
  const {open, password, source} = await bench(t)
  const before = await open().put('db', [password], signal)
  await writeFile(source, 'correct horse')
  const after = await open().put('db', [password], signal)
  t.not(after.digest, before.digest)
  t.is(await readFile(after.binds[0]?.source ?? '', 'utf8'), 'correct horse')
  t.is(await readFile(before.binds[0]?.source ?? '', 'utf8'), 'hunter2')
})

test('the files of all services go when they are cleared', async (t) => {
  const {open, left, password} = await bench(t)
  const files = open()
  await files.put('db', [password], signal)
  await files.put('cache', [password], signal)
  t.is((await left()).length, 2)
  await files.clear(signal)
  t.deepEqual(await left(), [])
})

test('what an imm that was killed left is found under the name of its service, and removed', async (t) => {
  const {open, left, password} = await bench(t)
  const {binds} = await open().put('job_queue', [password], signal)
  const found = await left()
  t.deepEqual(
    found.map(({id}) => id),
    [{project: 'shop', environment: 'main', app: 'job-queue'}],
  )
  for (const one of found) await removeLeftFiles(one)
  await t.throwsAsync(readFile(binds[0]?.source ?? ''), {code: 'ENOENT'})
})
