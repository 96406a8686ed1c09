import {mkdir, mkdtempDisposable, readFile, readlink, stat, utimes, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {pipeline} from 'node:stream/promises'

import test from 'ava'
import {extract} from 'tar-fs'

import {fingerprint, packRootfs, type Rootfs} from '../../../scripts/setup/rootfs.ts'

const temporary = () => mkdtempDisposable(path.join(tmpdir(), 'imm-rootfs-'))

test('what is packed comes out again: files, texts, links, directories, long paths', async (t) => {
  await using directory = await temporary()
  const from = path.join(directory.path, 'program')
  const to = path.join(directory.path, 'out')
  await writeFile(from, 'x'.repeat(70_000), {mode: 0o755})
  const long = `/usr/${'deep/'.repeat(30)}file`
  const rootfs: Rootfs = {
    entries: [
      {kind: 'copy', path: '/bin/program', from},
      {kind: 'text', path: '/etc/motd', text: 'grüße'},
      {kind: 'text', path: '/empty', text: ''},
      {kind: 'text', path: long, text: 'far down'},
      {kind: 'link', path: '/bin/alias', target: 'program'},
      {kind: 'directory', path: '/tmp', mode: 0o1777},
    ],
    changes: [],
  }
  await mkdir(to)
  await pipeline(packRootfs(rootfs), extract(to))
  t.is((await readFile(path.join(to, 'bin/program'), 'utf8')).length, 70_000)
  t.is((await stat(path.join(to, 'bin/program'))).mode & 0o111, 0o111)
  t.is(await readFile(path.join(to, 'etc/motd'), 'utf8'), 'grüße')
  t.is(await readFile(path.join(to, 'empty'), 'utf8'), '')
  t.is(await readFile(path.join(to, long), 'utf8'), 'far down')
  t.is(await readlink(path.join(to, 'bin/alias')), 'program')
  t.true((await stat(path.join(to, 'tmp'))).isDirectory())
})

test('the fingerprint follows content, paths and configuration, and nothing else', async (t) => {
  await using directory = await temporary()
  const from = path.join(directory.path, 'program')
  await writeFile(from, 'one')
  const base: Rootfs = {entries: [{kind: 'copy', path: '/bin/program', from, identity: 'v1'}], changes: ['ENV A=1']}
  const first = fingerprint(base)
  t.regex(first, /^[0-9a-f]{12}$/)
  await utimes(from, 1, 1)
  t.is(fingerprint(base), first, 'a file that is told by its identity may be unpacked again')
  t.not(fingerprint({...base, changes: ['ENV A=2']}), first)
  t.not(fingerprint({...base, entries: [{kind: 'copy', path: '/bin/other', from, identity: 'v1'}]}), first)
  await writeFile(from, 'two longer')
  t.not(fingerprint(base), first)
})
