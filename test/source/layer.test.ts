import {utimes, writeFile} from 'node:fs/promises'

import test from 'ava'
import {execa} from 'execa'
import {extract} from 'tar-stream'
import type {Header} from 'tar-stream'

import {isImmError} from '../../src/errors.ts'
import type {LayerItem} from '../../src/lifecycle/ports.ts'
import {makeTree, never, open} from './tree.ts'

const long = `app/${'x'.repeat(120)}/${'é'.repeat(60)}`
const oldMs = 1_000_000_000_000

const items: LayerItem[] = [
  {kind: 'directory', path: '/app', mode: 0o750, uid: 1000, gid: 1001, mtimeMs: oldMs},
  {kind: 'opaque', path: '/app'},
  {kind: 'file', path: '/app/main.js', mode: 0o4755, uid: 1000, gid: 1001, source: 'src/main.js'},
  {kind: 'file', path: '/app/secret', mode: 0, uid: 0, gid: 0, source: 'src/old.js'},
  {kind: 'file', path: `/${long}`, mode: 0o644, uid: 1_000_650_000, gid: 300_000, source: 'src/large.bin'},
  {kind: 'link', path: '/app/current', target: '../elsewhere', uid: 5, gid: 6, mtimeMs: oldMs},
  {kind: 'whiteout', path: '/app/gone.js'},
  {kind: 'whiteout', path: '/top'},
]
const tree = {'src/main.js': 'main', 'src/old.js': 'old', 'src/large.bin': Buffer.alloc(3_000_000, 7)}

test('a layer holds what its items say, in their order', async (t) => {
  const directory = await makeTree(t, tree)
  await utimes(`${directory}/src/old.js`, oldMs / 1000, oldMs / 1000)
  const freshMs = Math.floor(Date.now() / 1000) * 1000 - 5000 + 250
  await utimes(`${directory}/src/main.js`, freshMs / 1000, freshMs / 1000)
  const source = open(t, directory)
  const layer = await source.layer(await source.snapshot(never), items, never)
  const headers: Header[] = []
  const contents: Buffer[] = []
  const reader = extract()
  reader.end(layer)
  for await (const entry of reader) {
    headers.push(entry.header)
    contents.push(Buffer.concat(await Array.fromAsync(entry as AsyncIterable<Buffer>)))
  }
  const shown = headers.map(({name, type, mode, uid, gid, size, linkname}) => [
    name,
    type,
    mode,
    uid,
    gid,
    size,
    linkname,
  ])
  t.deepEqual(shown, [
    ['app/', 'directory', 0o750, 1000, 1001, 0, null],
    ['app/.wh..wh..opq', 'file', 0, 0, 0, 0, null],
    ['app/main.js', 'file', 0o4755, 1000, 1001, 4, null],
    ['app/secret', 'file', 0, 0, 0, 3, null],
    [long, 'file', 0o644, 0o777777, 0o777777, 3_000_000, null],
    ['app/current', 'symlink', 0o777, 5, 6, 0, '../elsewhere'],
    ['app/.wh.gone.js', 'file', 0, 0, 0, 0, null],
    ['.wh.top', 'file', 0, 0, 0, 0, null],
  ])
  t.deepEqual([contents[2]?.toString(), contents[3]?.toString()], ['main', 'old'])
  t.true(contents[4]?.equals(tree['src/large.bin']))
  const pax = headers.map((header) => header.pax as Record<string, string> | null)
  t.is(Number(pax[2]?.['mtime']) * 1000, freshMs)
  // The reader here takes owners from the plain header, which has no room for them.
  t.deepEqual([pax[4]?.['uid'], pax[4]?.['gid']], ['1000650000', '300000'])
  for (const index of [0, 3, 5]) t.is(headers[index]?.mtime.getTime(), oldMs)
})

test('GNU tar lists a layer as it is meant', async (t) => {
  const source = open(t, await makeTree(t, tree))
  const layer = await source.layer(await source.snapshot(never), items, never)
  const {stdout} = await execa(
    'tar',
    ['--list', '--verbose', '--numeric-owner', '--quoting-style=literal', '-f', '-'],
    {
      input: layer,
      env: {TZ: 'UTC', LC_ALL: 'C.UTF-8'},
    },
  )
  const lines = stdout.split('\n').map((line) => line.replace(/\s+(\d+) \d{4}-\d\d-\d\d \d\d:\d\d /, ' $1 '))
  t.deepEqual(lines, [
    'drwxr-x--- 1000/1001 0 app/',
    '---------- 0/0 0 app/.wh..wh..opq',
    '-rwsr-xr-x 1000/1001 4 app/main.js',
    '---------- 0/0 3 app/secret',
    `-rw-r--r-- 1000650000/300000 3000000 ${long}`,
    'lrwxrwxrwx 5/6 0 app/current -> ../elsewhere',
    '---------- 0/0 0 app/.wh.gone.js',
    '---------- 0/0 0 .wh.top',
  ])
})

test('a layer of nothing is an archive of nothing', async (t) => {
  const source = open(t, await makeTree(t))
  const layer = await source.layer(await source.snapshot(never), [], never)
  t.deepEqual(layer, Buffer.alloc(1024))
  t.is((await execa('tar', ['--list', '-f', '-'], {input: layer})).stdout, '')
})

test('a file with other content than the snapshot has stops the layer, and the next snapshot has it', async (t) => {
  const directory = await makeTree(t, tree)
  const source = open(t, directory)
  const snapshot = await source.snapshot(never)
  await writeFile(`${directory}/src/main.js`, 'niam')
  const error = await t.throwsAsync(source.layer(snapshot, items, never))
  t.true(isImmError(error, 'SNAPSHOT_MOVED'))
  const again = await source.snapshot(never)
  t.not(again.digest, snapshot.digest)
  await t.notThrowsAsync(source.layer(again, items, never))
})

test('an aborted layer rejects with the reason', async (t) => {
  const source = open(t, await makeTree(t, tree))
  const snapshot = await source.snapshot(never)
  const reason = new Error('enough')
  await t.throwsAsync(source.layer(snapshot, items, AbortSignal.abort(reason)), {is: reason})
})
